/**
 * Causal attention and its gradient, a workgroup for each row of a head. The gradient is in two halves: the first goes by queries and leaves of each
 * row what its softmax was divided by and its mean slope, so that the second, by keys, adds in a fixed order and without a table of scores.
 */
import type { NodeId } from '../../../graph/graph.ts';
import { EngineError } from '../../engine-error.ts';
import type { Core } from '../cluster.ts';
import { acrossLanes, rowThreads } from './across.ts';
import type { Text } from './text.ts';

type AttentionCore = Extract<Core, { kind: 'attention' | 'queries' | 'keys' }>;

/** Rows of scores that fit in a workgroup's own memory, two of them. */
const longestContext = 1024;

/** The code of one of the three kernels; `finish(job, i, value)` takes in the results of the first. */
export function attentionCode(
  core: AttentionCore,
  text: Text,
): { readonly body: string; readonly threads: number; readonly workgroups: number } {
  const node = text.facts.nodeOf(core.id);
  if (node?.op !== 'causalAttention' && node?.op !== 'causalAttentionGradient') throw new EngineError('internal', 'This is no attention.');
  const { heads, context } = node;
  if (context > longestContext)
    throw new EngineError('unsupported', `webgpu has no attention over more than ${String(longestContext)} positions.`);
  const shift = core.kind === 'attention' ? 0 : 1;
  const [rows = 0, keyColumns = 0] = text.inputShape(core.id, shift);
  const [, valueColumns = 0] = text.inputShape(core.id, shift + 2);
  const [q, k, v] = [text.input(core.id, shift), text.input(core.id, shift + 1), text.input(core.id, shift + 2)];
  const sizes = { heads, context, keyWidth: keyColumns / heads, valueWidth: valueColumns / heads };
  const frame = (statements: string): string => `${acrossLanes(rowThreads)}
var<workgroup> weights: array<f32, ${String(context)}>;
var<workgroup> slopes: array<f32, ${String(context)}>;
fn kernel(job: u32, place: u32, lane: u32) {
  let own = place % ${String(context)}u;
  let head = (place / ${String(context)}u) % ${String(heads)}u;
  let first = (place / ${String(context * heads)}u) * ${String(context)}u;
${statements}
}`;
  const write = writer(sizes, q, k, v);
  const statements =
    core.kind === 'attention'
      ? write.forward()
      : core.kind === 'queries'
        ? queries(core, write, text)
        : keys(core, write, text, rows, keyColumns);
  return { body: frame(statements), threads: rowThreads, workgroups: rows * heads };
}

interface Sizes {
  readonly heads: number;
  readonly context: number;
  readonly keyWidth: number;
  readonly valueWidth: number;
}

type Read = (index: string) => string;

/** Pieces that the three have in common. Row `r` of a head begins at `keyAt(r)` or `valueAt(r)`. */
function writer({ heads, keyWidth, valueWidth }: Sizes, q: Read, k: Read, v: Read) {
  const [wideKeys, wideValues] = [String(heads * keyWidth), String(heads * valueWidth)];
  const keyAt = (row: string): string => `((first + ${row}) * ${wideKeys}u + head * ${String(keyWidth)}u)`;
  const valueAt = (row: string): string => `((first + ${row}) * ${wideValues}u + head * ${String(valueWidth)}u)`;
  const scale = `${String(1 / Math.sqrt(keyWidth))}${Number.isInteger(1 / Math.sqrt(keyWidth)) ? '.0' : ''}`;
  /** A dot product of two rows, as statements that leave it in `name`. */
  const dot = (name: string, width: number, left: Read, leftAt: string, right: Read, rightAt: string): string =>
    `var ${name} = 0.0; { let a = ${leftAt}; let b = ${rightAt}; for (var c = 0u; c < ${String(width)}u; c++) { ${name} += ${left('a + c')} * ${right('b + c')}; } }`;
  const score = (query: string, key: string): string => `${dot('score', keyWidth, q, keyAt(query), k, keyAt(key))} score *= ${scale};`;
  const weigh = `  var top = -infinity();
  for (var j = lane; j <= own; j += ${String(rowThreads)}u) { ${score('own', 'j')} weights[j] = score; top = largerOf(top, score); }
  top = topOver(lane, top);
  var total = 0.0;
  for (var j = lane; j <= own; j += ${String(rowThreads)}u) { let weight = expOf(weights[j] - top); weights[j] = weight; total += weight; }
  total = sumOver(lane, total);`;
  return {
    keyAt,
    valueAt,
    scale,
    dot,
    score,
    weigh,
    keyWidth,
    valueWidth,
    q,
    k,
    v,
    forward: () => `${weigh}
  for (var c = lane; c < ${String(valueWidth)}u; c += ${String(rowThreads)}u) {
    var sum = 0.0;
    for (var j = 0u; j <= own; j++) { sum += weights[j] * ${v(`${valueAt('j')} + c`)}; }
    finish(job, ${valueAt('own')} + c, sum / total);
  }`,
  };
}

type Writer = ReturnType<typeof writer>;

function queries(core: { readonly id: NodeId; readonly rows: NodeId }, write: Writer, text: Text): string {
  const dy = text.input(core.id, 0);
  const [out, rows] = [text.word({ of: core.id }), text.word({ of: core.rows })];
  const { valueAt, keyAt, dot, keyWidth, valueWidth, v, k, scale } = write;
  return `${write.weigh}
  var mean = 0.0;
  for (var j = lane; j <= own; j += ${String(rowThreads)}u) {
    ${dot('slope', valueWidth, dy, valueAt('own'), v, valueAt('j'))}
    slopes[j] = slope;
    mean += weights[j] * slope;
  }
  mean = sumOver(lane, mean) / total;
  if (lane == 0u) { let at = ${rows} + place * 3u; memory[at] = top; memory[at + 1u] = total; memory[at + 2u] = mean; }
  for (var c = lane; c < ${String(keyWidth)}u; c += ${String(rowThreads)}u) {
    var sum = 0.0;
    for (var j = 0u; j <= own; j++) { sum += weights[j] * (slopes[j] - mean) * ${k(`${keyAt('j')} + c`)}; }
    memory[${out} + ${keyAt('own')} + c] = sum / total * ${scale};
  }`;
}

function keys(
  core: { readonly id: NodeId; readonly rows: NodeId },
  write: Writer,
  text: Text,
  rowCount: number,
  keyColumns: number,
): string {
  const dy = text.input(core.id, 0);
  const [out, rows] = [text.word({ of: core.id }), text.word({ of: core.rows })];
  const { valueAt, keyAt, dot, keyWidth, valueWidth, v, q, scale, score } = write;
  const context = text.facts.nodeOf(core.id);
  const length = context?.op === 'causalAttentionGradient' ? context.context : 0;
  const afterQueries = String(rowCount * keyColumns);
  const afterKeys = String(2 * rowCount * keyColumns);
  return `  for (var j = own + lane; j < ${String(length)}u; j += ${String(rowThreads)}u) {
    ${score('j', 'own')}
    ${dot('slope', valueWidth, dy, valueAt('j'), v, valueAt('own'))}
    let at = ${rows} + (place - own + j) * 3u;
    let weight = expOf(score - memory[at]) / memory[at + 1u];
    weights[j] = weight;
    slopes[j] = weight * (slope - memory[at + 2u]) * ${scale};
  }
  workgroupBarrier();
  for (var c = lane; c < ${String(keyWidth + valueWidth)}u; c += ${String(rowThreads)}u) {
    var sum = 0.0;
    if (c < ${String(keyWidth)}u) {
      for (var j = own; j < ${String(length)}u; j++) { sum += slopes[j] * ${q(`${keyAt('j')} + c`)}; }
      memory[${out} + ${afterQueries}u + ${keyAt('own')} + c] = sum;
    } else {
      let e = c - ${String(keyWidth)}u;
      for (var j = own; j < ${String(length)}u; j++) { sum += weights[j] * ${dy(`${valueAt('j')} + e`)}; }
      memory[${out} + ${afterKeys}u + ${valueAt('own')} + e] = sum;
    }
  }`;
}
