/**
 * How calls of kernels are cut into slices that threads do at once. Only results are cut, by rows, columns, images or heads; a sum only at its runs (`assembly/run-sums.ts`): whoever
 * does a slice, and however many there are, every number is made by the same operations in the same order.
 */
import { EngineError } from '../engine-error.ts';
import type { JobOperand } from './assembly/job-code.ts';
import { runsOf } from './assembly/run-sums.ts';
import { maskUnit } from './blocks.ts';
import type { Call, KernelName } from './kernels.ts';
import { floatBytes } from './layout.ts';
import type { Group } from './instructions.ts';
import type { Sharing } from './threads.ts';

/** A call whose operands depend on the slice. */
export interface SlicedCall {
  readonly kernel: KernelName;
  readonly slices: number;
  readonly operands: readonly JobOperand[];
}

/** Into how many slices things are cut, `unit` of them being best kept together; undefined if not at all. `work`: of all of them. */
type CutBy = (count: number, work: number, unit?: number, mostSlices?: number) => Cut | undefined;

/** What slices need to know of the plan around them. */
export interface SliceContext {
  readonly cut: CutBy;
  readonly threads: number;
  /** Whether slices must be rows of the result. */
  readonly isByRows?: boolean;
  /** Bytes from one thread's room to the next one's, for what `scratch` or `frame` gave last. */
  readonly roomBytes: (address: number) => number;
}

/** Slices for each thread at most: some are left to share when one thread falls behind. */
const slicesPerThread = 3;

/** So many things in a slice. */
export interface Cut {
  readonly per: number;
  readonly slices: number;
}

/** Cuts what is worth it for these threads: a multiple of `unit` in a slice, `mostSlices` at most. */
export function cutFor({ threads, limits }: Sharing): CutBy {
  return (count, work, unit = 1, mostSlices = Infinity) => {
    if (threads < 2 || work < limits.job) return undefined;
    return evenly(count, Math.min(Math.floor(work / limits.slice), threads * slicesPerThread, mostSlices), unit);
  };
}

/** One slice, or as many as go into `share`: an instruction that is done beside others. */
export function cutBeside(share: number): CutBy {
  return (count, work, unit = 1, mostSlices = Infinity) =>
    evenly(count, Math.min(Math.floor(work / share), mostSlices), unit) ?? { per: count, slices: 1 };
}

/** So many blocks, each a slice. */
export function cutInBlocks(blocks: number): CutBy {
  return (count) => {
    if (count % blocks !== 0) throw new EngineError('internal', `${String(count)} things are not divided into ${String(blocks)} blocks.`);
    return { per: count / blocks, slices: blocks };
  };
}

function evenly(count: number, mostSlices: number, unit: number): Cut | undefined {
  const per = Math.ceil(count / Math.max(1, mostSlices) / unit) * unit;
  const slices = Math.ceil(count / per);
  return slices > 1 ? { per, slices } : undefined;
}

/** A group of elementwise operations cut by vectors, by rows where it has rows, or where it has sums by their runs; not one with both. */
export function cutGroup(group: Group, cut: CutBy): Cut | undefined {
  const { size, columns, members, sums } = group;
  const work = members.length * size;
  if (sums.length > 0) return columns === undefined ? cut(runsOf(group), work) : undefined;
  return columns === undefined ? cut(Math.floor(size / 4), work, 16) : cut(size / columns, work);
}

/** A call cut into slices, if its kernel can be and that is worth it. */
export function sliced(call: Call, context: SliceContext): SlicedCall | undefined {
  const [kernel, ...operands] = call;
  return cutters[kernel]?.(kernel, operands, context);
}

type Cutter = (kernel: KernelName, operands: readonly number[], context: SliceContext) => SlicedCall | undefined;

/** Rows of a kernel that is told how many: `places` of the operands that move on by a row, and by how many floats; `total` by their number. */
function byRows(
  kernel: KernelName,
  operands: readonly number[],
  { cut, roomBytes }: SliceContext,
  how: {
    readonly total: number;
    readonly floats: Readonly<Record<number, number>>;
    readonly work: number;
    readonly unit?: number;
    readonly rooms?: readonly number[];
  },
): SlicedCall | undefined {
  const count = operands[how.total] ?? 0;
  const parts = cut(count, how.work, how.unit);
  if (parts === undefined) return undefined;
  const { per, slices } = parts;
  return {
    kernel,
    slices,
    operands: operands.map((operand, place): JobOperand => {
      const floats = how.floats[place];
      if (place === how.total) return { base: per, perSlice: per, outOf: count };
      if (floats !== undefined) return { base: operand, perSlice: per * floats * floatBytes };
      return how.rooms?.includes(place) ? { base: operand, perThread: roomBytes(operand) } : operand;
    }),
  };
}

/** The last two operands of a kernel are the first of its places and how many. */
function byRange(
  kernel: KernelName,
  operands: readonly number[],
  { cut, roomBytes }: SliceContext,
  how: { readonly work: number; readonly unit?: number; readonly room?: number },
): SlicedCall | undefined {
  const count = operands.at(-1) ?? 0;
  const parts = cut(count, how.work, how.unit);
  if (parts === undefined) return undefined;
  const { per, slices } = parts;
  const others = operands
    .slice(0, -2)
    .map((operand, place): JobOperand => (place === how.room ? { base: operand, perThread: roomBytes(operand) } : operand));
  return { kernel, slices, operands: [...others, { base: 0, perSlice: per }, { base: per, perSlice: per, outOf: count }] };
}

/** Rows or columns of a block of a product: each packs the other side anew, which costs a tenth at the least, and next to nothing at the good. */
const [leastBlock, goodBlock] = [32, 128];

/** Cuts the longer side of the result, so that others have to be packed as little as can be. */
const product: Cutter = (kernel, operands, { cut, threads, isByRows = false }) => {
  const [m = 0, n = 0, k = 0] = operands.slice(5, 8);
  const byRows = isByRows || m >= n;
  const [length, unit] = byRows ? [m, 6] : [n, 8];
  const most = Math.min(Math.floor(length / leastBlock), Math.max(threads, Math.floor(length / goodBlock)));
  const parts = cut(length, (m * n * k) / productRate, unit, most);
  if (parts === undefined) return undefined;
  const { per, slices } = parts;
  const range: readonly JobOperand[] = [
    { base: 0, perSlice: per },
    { base: per, perSlice: per, outOf: length },
  ];
  const all = byRows ? [...range, 0, n] : [0, m, ...range];
  return { kernel, slices, operands: [...operands.slice(0, 11), ...all] };
};

/** Multiply-adds of a large product that take as long as one elementary operation. */
const productRate = 6;

const standardized = (last: number): Cutter => {
  return (kernel, operands, context) => {
    const [total, columns = 0] = [last, operands[last + 1]];
    const floats = Object.fromEntries(Array.from({ length: last }, (_, place) => [place, columns]));
    return byRows(kernel, operands, context, { total, floats, work: 4 * last * (operands[total] ?? 0) * columns });
  };
};

/** How each kernel that can be cut is. Images `[images, height, width, channels]` are rows of `height · width · channels` numbers. */
const cutters: Readonly<Partial<Record<KernelName, Cutter>>> = {
  product,
  gather(kernel, operands, context) {
    const [, , , rows = 0, columns = 0] = operands;
    return byRows(kernel, operands, context, { total: 3, floats: { 0: columns, 2: 1 }, work: rows * columns });
  },
  maxPool(kernel, operands, context) {
    const { work, input, output } = pooling(operands);
    return byRows(kernel, operands, context, { total: 2, floats: { 0: output, 1: input }, work });
  },
  maxPoolGradient(kernel, operands, context) {
    const { work, input, output } = pooling(operands);
    return byRows(kernel, operands, context, { total: 2, floats: { 0: input, 1: output, 7: input }, work: 2 * work });
  },
  sumOfColumns: (kernel, operands, context) =>
    byRange(kernel, operands, context, { work: (operands[2] ?? 0) * (operands[3] ?? 0), unit: 16 }),
  oneHot(kernel, operands, context) {
    const [, , rows = 0, depth = 0] = operands;
    return byRows(kernel, operands, context, { total: 2, floats: { 0: depth, 1: 1 }, work: rows * depth });
  },
  rotate(kernel, operands, context) {
    const [, , , , rows = 0, heads = 0, half = 0, positions = 1] = operands;
    const columns = 2 * half * heads;
    return byRows(kernel, operands, context, { total: 4, floats: { 0: columns, 1: columns }, work: 4 * rows * columns, unit: positions });
  },
  dropoutMask: (kernel, operands, context) => byRange(kernel, operands, context, { work: 4 * (operands[4] ?? 0), unit: maskUnit }),
  softmax(kernel, operands, context) {
    const [, , rows = 0, columns = 0] = operands;
    return byRows(kernel, operands, context, { total: 2, floats: { 0: columns, 1: columns }, work: 10 * rows * columns });
  },
  softmaxCrossEntropy(kernel, operands, context) {
    const [, , rows = 0, columns = 0] = operands;
    return byRows(kernel, operands, context, { total: 2, floats: { 0: 1, 1: columns, 4: 1 }, work: 8 * rows * columns, rooms: [5] });
  },
  standardize: standardized(2),
  standardizeGradient: standardized(3),
  causalAttention: (kernel, operands, context) =>
    byRange(kernel, operands, context, { work: attentionWork(operands.slice(4), 2), room: 10 }),
  causalAttentionGradient: (kernel, operands, context) =>
    byRange(kernel, operands, context, { work: attentionWork(operands.slice(5), 5), room: 11 }),
  conv2d(kernel, operands, context) {
    const { work, input, output } = convolution(operands);
    return byRows(kernel, operands, context, { total: 3, floats: { 0: output, 1: input }, work, rooms: [10] });
  },
  conv2dInputGradient(kernel, operands, context) {
    const { work, input, output } = convolution(operands);
    return byRows(kernel, operands, context, { total: 3, floats: { 0: input, 1: output }, work, rooms: [10, 12] });
  },
  conv2dKernelGradient: (kernel, operands, context) =>
    byRange(kernel, operands, context, { work: convolution(operands).work, unit: 4, room: 10 }),
};

/** Kernels that can be cut: a self-test must ask for all of them in slices. */
export const cutKernels = Object.keys(cutters);

/** Operations of attention, whose sequences and what follows them are given; half of every square of scores is computed. */
function attentionWork([sequences = 0, context = 0, heads = 0, keyWidth = 0, valueWidth = 0]: readonly number[], products: number): number {
  return sequences * heads * context * context * ((products * (keyWidth + valueWidth)) / 4 / 4 + 4);
}

/** Operations of a convolution, and the floats of an image before it and after. */
function convolution(operands: readonly number[]): { readonly work: number; readonly input: number; readonly output: number } {
  const [images = 0, height = 0, width = 0, channels = 0, outputs = 0, kernelHeight = 0, kernelWidth = 0] = operands.slice(3);
  const pixels = height * width;
  return {
    work: (images * pixels * channels * outputs * kernelHeight * kernelWidth) / 4,
    input: pixels * channels,
    output: pixels * outputs,
  };
}

/** The same of pooling, whose windows do not reach what is left over. */
function pooling(operands: readonly number[]): { readonly work: number; readonly input: number; readonly output: number } {
  const [images = 0, height = 0, width = 0, channels = 0, size = 1] = operands.slice(2);
  const input = height * width * channels;
  return { work: images * input, input, output: Math.floor(height / size) * Math.floor(width / size) * channels };
}
