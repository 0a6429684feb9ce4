/** Operations on whole rows: softmax, its cross-entropy, standardised rows and their gradient. */
import { sizeOf, type NodeId } from '../../../graph/graph.ts';
import { EngineError } from '../../engine-error.ts';
import { acrossLanes, lanesFor, rowThreads } from './across.ts';
import type { Text } from './text.ts';

/** Several rows to a workgroup if they are short; each lane takes every so manieth element. `finish(job, i, value)` takes in the results. */
export function rowsCode(id: NodeId, text: Text): { readonly body: string; readonly threads: number; readonly workgroups: number } {
  const node = text.facts.nodeOf(id);
  const shape = text.inputShape(id, 0);
  const columns = shape.at(-1) ?? 1;
  const rows = sizeOf(shape) / columns;
  const lanes = lanesFor(columns);
  const perGroup = rowThreads / lanes;
  const each = (statement: string): string =>
    `for (var c = lane % ${String(lanes)}u; c < ${String(columns)}u; c += ${String(lanes)}u) { let i = row * ${String(columns)}u + c; ${statement} }`;
  const body = `${acrossLanes(lanes)}
fn kernel(job: u32, place: u32, lane: u32) {
  let own = place * ${String(perGroup)}u + lane / ${String(lanes)}u;
  let rows = ${text.word(rows)};
  // Threads beyond the last row do its work once more, so that all come to the same barriers, and keep it to themselves.
  let row = min(own, rows - 1u);
  let isMine = own < rows;
${statementsOf(node?.op, columns, each, id, text)}
}`;
  return { body, threads: rowThreads, workgroups: Math.ceil(rows / perGroup) };
}

function statementsOf(op: string | undefined, columns: number, each: (statement: string) => string, id: NodeId, text: Text): string {
  const node = text.facts.nodeOf(id);
  const count = `${String(columns)}.0`;
  switch (node?.op) {
    case 'softmax':
    case 'softmaxCrossEntropy': {
      const x = text.input(id, 0);
      const head = `  var top = -infinity();
  ${each(`top = largerOf(top, ${x('i')});`)}
  top = topOver(lane, top);
  var total = 0.0;
  ${each(`total += expOf(${x('i')} - top);`)}
  total = sumOver(lane, total);`;
      if (node.op === 'softmax') return `${head}\n  if (isMine) { ${each(`finish(job, i, expOf(${x('i')} - top) / total);`)} }`;
      const label = `u32(${text.input(id, 1)('row')})`;
      const first = `lane % ${String(lanesFor(columns))}u == 0u`;
      return `${head}\n  if (isMine && ${first}) { finish(job, row, logOf(total) + (top - ${x(`row * ${String(columns)}u + ${label}`)})); }`;
    }
    case 'standardize': {
      const x = text.input(id, 0);
      return `${momentsOf(x, node.centered, node.epsilon, count, each)}
  if (isMine) { ${each(`finish(job, i, (${x('i')} - mean) * scale);`)} }`;
    }
    case 'standardizeGradient': {
      const [dy, x] = [text.input(id, 0), text.input(id, 1)];
      const slope = node.centered ? `sumOver(lane, slopes) / ${count}` : '0.0';
      return `${momentsOf(x, node.centered, node.epsilon, count, each)}
  var slopes = 0.0;
  var along = 0.0;
  ${each(`slopes += ${dy('i')}; along += ${dy('i')} * ((${x('i')} - mean) * scale);`)}
  let slope = ${slope};
  along = sumOver(lane, along) / ${count};
  if (isMine) { ${each(`finish(job, i, (${dy('i')} - slope - (${x('i')} - mean) * scale * along) * scale);`)} }`;
    }
    default:
      throw new EngineError('internal', `${op ?? 'nothing'} does not work on rows.`);
  }
}

function momentsOf(
  x: (index: string) => string,
  centered: boolean,
  epsilon: number,
  count: string,
  each: (statement: string) => string,
): string {
  const mean = centered
    ? `var sum = 0.0;
  ${each(`sum += ${x('i')};`)}
  let mean = sumOver(lane, sum) / ${count};`
    : 'let mean = 0.0;';
  return `  ${mean}
  var squares = 0.0;
  ${each(`let apart = ${x('i')} - mean; squares += apart * apart;`)}
  let scale = 1.0 / sqrt(sumOver(lane, squares) / ${count} + ${epsilonText(epsilon)});`;
}

function epsilonText(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
