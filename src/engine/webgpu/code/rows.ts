/** Softmax and its cross-entropy: a few threads for each row, which find its largest number, then the sum of its exponentials. */
import type { NodeId } from '../../../graph/graph.ts';
import { whole } from './indexing.ts';
import { lanesFor, threads, tree, type Finish, type Kernel } from './kernel.ts';
import type { Scope } from './scope.ts';

const perLane = 4;

/** A kernel over rows: `largest` and `total` of each are known when `end` is carried out, by each lane. */
function rowKernel(logits: NodeId, rows: number, columns: number, end: (scope: Scope, lanes: number) => string): Kernel {
  const lanes = lanesFor(columns / perLane);
  const perGroup = threads / lanes;
  const workgroups = Math.ceil(rows / perGroup);
  const inRow = (scope: Scope, name: string, value: string): string => `if (place < ${whole(rows)}) {
for (var c = lane; c < ${whole(columns)}; c += ${whole(lanes)}) {
let x = ${scope.load(logits, `place * ${whole(columns)} + c`)};
${name} = ${value};
}
}
workgroupBarrier();
board[local] = ${name};
`;
  return {
    workgroups,
    cost: workgroups * (3 * Math.ceil(columns / lanes) + 2 * Math.log2(lanes) + 4),
    sharedFloats: threads,
    emit: (scope) => `let lane = local % ${whole(lanes)};
let place = workgroup * ${whole(perGroup)} + local / ${whole(lanes)};
var largest = -infinity();
${inRow(scope, 'largest', 'larger(largest, x)')}${tree(lanes, 1, (a, b) => `larger(${a}, ${b})`)}largest = board[local - lane];
var total = 0.0;
${inRow(scope, 'total', 'total + exponential(x - largest)')}${tree(lanes, 1, (a, b) => `${a} + ${b}`)}total = board[local - lane];
if (place < ${whole(rows)}) {
${end(scope, lanes)}}
`,
  };
}

/** Softmax of each row. */
export function softmaxKernel(logits: NodeId, rows: number, columns: number, finish: Finish): Kernel {
  return rowKernel(logits, rows, columns, (scope, lanes) => {
    return `for (var c = lane; c < ${whole(columns)}; c += ${whole(lanes)}) {
let at = place * ${whole(columns)} + c;
let probability = exponential(${scope.load(logits, 'at')} - largest) / total;
${finish(scope, 'at', 'probability')}}
`;
  });
}

/** Cross-entropy of each row with its label. */
export function crossEntropyKernel(logits: NodeId, labels: NodeId, rows: number, columns: number, finish: Finish): Kernel {
  return rowKernel(logits, rows, columns, (scope) => {
    const target = scope.load(logits, `place * ${whole(columns)} + u32(${scope.load(labels, 'place')})`);
    return `if (lane == 0u) {
let loss = logarithm(total) - (${target} - largest);
${finish(scope, 'place', 'loss')}}
`;
  });
}
