/** Sums by row number, standardised rows and turned pairs on the CPU: loops over rows, sums in double precision. */
import { sizeOf } from '../../../graph/graph.ts';
import type { NodeOf, OpTable, Run, Tools } from '../ops/op.ts';
import { fillFromAll, fillFromOne, fillFromTwo } from './fill.ts';

function gatherGradient(node: NodeOf<'gatherGradient'>, tools: Tools): Run {
  const width = sizeOf(node.shape.slice(1));
  const sums = new Float64Array(sizeOf(node.shape));
  return fillFromTwo(node, tools, (dy, rows, result) => {
    sums.fill(0);
    for (let row = 0, from = 0; row < rows.length; row++)
      for (let to = rows[row]! * width, end = to + width; to < end; to++, from++) sums[to]! += dy[from]!;
    result.set(sums);
  });
}

/** Middle and 1 / deviation of a row. */
function moments(
  x: Float32Array,
  from: number,
  to: number,
  { centered, epsilon }: { readonly centered: boolean; readonly epsilon: number },
): readonly [middle: number, scale: number] {
  let [middle, squares] = [0, 0];
  if (centered) for (let i = from; i < to; i++) middle += x[i]! / (to - from);
  for (let i = from; i < to; i++) squares += (x[i]! - middle) ** 2;
  return [middle, 1 / Math.sqrt(squares / (to - from) + epsilon)];
}

function standardize(node: NodeOf<'standardize'>, tools: Tools): Run {
  const columns = node.shape.at(-1) ?? 1;
  return fillFromOne(node, tools, (x, result) => {
    for (let from = 0; from < x.length; from += columns) {
      const [middle, scale] = moments(x, from, from + columns, node);
      for (let i = from; i < from + columns; i++) result[i] = (x[i]! - middle) * scale;
    }
  });
}

function standardizeGradient(node: NodeOf<'standardizeGradient'>, tools: Tools): Run {
  const columns = node.shape.at(-1) ?? 1;
  return fillFromTwo(node, tools, (dy, x, result) => {
    for (let from = 0; from < x.length; from += columns) {
      const [middle, scale] = moments(x, from, from + columns, node);
      let [level, along] = [0, 0];
      for (let i = from; i < from + columns; i++) {
        level += dy[i]!;
        along += dy[i]! * (x[i]! - middle) * scale;
      }
      level = node.centered ? level / columns : 0;
      along /= columns;
      for (let i = from; i < from + columns; i++) result[i] = (dy[i]! - level - (x[i]! - middle) * scale * along) * scale;
    }
  });
}

function rotate(node: NodeOf<'rotate'>, tools: Tools): Run {
  const [, columns = 1] = node.shape;
  const [, half = 1] = tools.inputShape(node, 1);
  const perRow = columns / (2 * half);
  return fillFromAll(node, tools, ([x, cosines, sines], result) => {
    if (x === undefined || cosines === undefined || sines === undefined) return;
    for (let from = 0, pair = 0; from < x.length; from += 2 * half, pair++) {
      const table = (Math.floor(pair / perRow) * half) % cosines.length;
      for (let i = 0; i < half; i++) {
        const [a, b] = [x[from + i]!, x[from + half + i]!];
        const [cosine, sine] = [cosines[table + i]!, sines[table + i]!];
        result[from + i] = a * cosine - b * sine;
        result[from + half + i] = b * cosine + a * sine;
      }
    }
  });
}

/** See `OpTable`. */
export const cpuSequences = { gatherGradient, standardize, standardizeGradient, rotate } satisfies Partial<OpTable>;
