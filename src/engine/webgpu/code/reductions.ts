/**
 * Sums and largest values: a few threads (lanes) for each result, each going through its share in order, then a tree. The order depends on shapes
 * alone, so that the same input gives the same bits.
 */
import type { Axis } from '../../planning/operands.ts';
import { plus, positionOf, whole } from './indexing.ts';
import { lanesFor, threads, tree, type Finish, type Kernel, type Start } from './kernel.ts';

/** What to reduce: results by `kept` axes, each over `reduced` axes, with strides in elements of what is read. */
export interface Reduction {
  readonly name: 'sum' | 'max';
  readonly kept: readonly Axis[];
  readonly reduced: readonly Axis[];
  /** Results are cut into so many parts, part after part. */
  readonly parts: number;
  readonly start: Start;
  readonly finish: Finish;
}

/** Numbers that one lane goes through. */
const perLane = 16;
/** Numbers of one result that one workgroup goes through before they are cut into parts. */
const perWorkgroup = 64 * threads;

const operations = {
  sum: { empty: '0.0', combine: (a: string, b: string) => `${a} + ${b}` },
  max: { empty: '-infinity()', combine: (a: string, b: string) => `larger(${a}, ${b})` },
} as const;

const product = (axes: readonly Axis[]): number => axes.reduce((total, [size]) => total * size, 1);

/** Parts that sums of such length are cut into; 1 for those that one workgroup does well. */
export function partsOfReduction(length: number): number {
  return length <= perWorkgroup ? 1 : Math.min(threads, Math.ceil(length / (4 * threads)));
}

/** The kernel of a reduction. */
export function reductionKernel({ name, kept, reduced, parts, start, finish }: Reduction): Kernel {
  const outputs = product(kept);
  const length = product(reduced);
  const share = Math.ceil(length / parts);
  const lanes = lanesFor(share / perLane);
  const perGroup = threads / lanes;
  const workgroups = Math.ceil((outputs * parts) / perGroup);
  // Neighbouring threads read neighbouring numbers.
  const inRows = (reduced.at(-1)?.[1] ?? 1) === 1;
  const stride = inRows ? 1 : perGroup;
  const [lane, place] = inRows
    ? [`local % ${whole(lanes)}`, `local / ${whole(lanes)}`]
    : [`local / ${whole(perGroup)}`, `local % ${whole(perGroup)}`];
  const { empty, combine } = operations[name];
  const exact = outputs * parts === workgroups * perGroup;
  const isDone = exact ? '' : `place < ${whole(outputs * parts)}`;
  return {
    workgroups,
    cost: workgroups * (Math.ceil(share / lanes) + Math.log2(lanes) + 1),
    sharedFloats: lanes > 1 ? threads : 0,
    emit(scope) {
      const output = parts === 1 ? 'place' : `place % ${whole(outputs)}`;
      const from = parts === 1 ? '0u' : `(place / ${whole(outputs)}) * ${whole(share)}`;
      const end = parts === 1 ? whole(length) : `min(first + ${whole(share)}, ${whole(length)})`;
      const element = start(scope, 'i');
      const loop = `let first = ${from};
let origin = ${positionOf(kept, `(${output})`)};
for (var r = ${plus('first', lanes === 1 ? '0u' : 'lane')}; r < ${end}; r += ${whole(lanes)}) {
let i = ${plus('origin', positionOf(reduced, 'r'))};
${element.code}total = ${combine('total', element.value)};
}
`;
      const end2 = finish(scope, 'place', 'total');
      const head = `let lane = ${lanes === 1 ? '0u' : lane};
let place = workgroup * ${whole(perGroup)} + ${lanes === 1 ? 'local' : place};
var total = ${empty};
`;
      const guarded = isDone === '' ? loop : `if (${isDone}) {\n${loop}}\n`;
      if (lanes === 1) return `${head}${isDone === '' ? `${loop}${end2}` : `if (${isDone}) {\n${loop}${end2}}\n`}`;
      const last = `if (lane == 0u${isDone === '' ? '' : ` && ${isDone}`}) {\ntotal = board[local];\n${end2}}\n`;
      return `${head}${guarded}workgroupBarrier();\nboard[local] = total;\n${tree(lanes, stride, combine)}${last}`;
    },
  };
}

/** Puts parts together that lie one behind the other: `count` numbers for each of `size` results. */
export function partsKernel(name: 'sum' | 'max', size: number, count: number, start: Start, finish: Finish): Kernel {
  return reductionKernel({ name, kept: [[size, 1]], reduced: [[count, size]], parts: 1, start, finish });
}

/** Kept and reduced axes of a shape. */
export function reductionAxes(
  shape: readonly number[],
  axes: readonly number[],
): { readonly kept: readonly Axis[]; readonly reduced: readonly Axis[] } {
  const kept: [number, number][] = [];
  const reduced: [number, number][] = [];
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 1;
    const list = axes.includes(axis) ? reduced : kept;
    const [inner] = list;
    if (size > 1) {
      if (inner !== undefined && inner[0] * inner[1] === stride) list[0] = [inner[0] * size, inner[1]];
      else list.unshift([size, stride]);
    }
    stride *= size;
  }
  return { kept, reduced };
}
