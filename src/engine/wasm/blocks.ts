/**
 * Which instructions can be done block by block: rows, images or sequences of a batch that are made independently of each other, so that a thread can
 * take a part of the batch through many instructions without waiting for anyone.
 */
import type { Node, NodeId } from '../../graph/graph.ts';
import { sizeOf } from '../../graph/graph.ts';
import { isSmallGather } from './assembly/small-code.ts';
import { isLargeProduct, productSize } from './products.ts';
import type { Group, Instruction, Single } from './instructions.ts';
import { straightElements } from './schedule.ts';
import type { Values } from '../plan/values.ts';

/** Elements of a value that lie one after another; as many for each block. */
export interface Stretch {
  readonly root: NodeId;
  readonly offset: number;
  readonly size: number;
}

/** An instruction that is done block by block. */
export interface Blocked {
  /** Things that are each made by themselves. A block is one or more of them. */
  readonly count: number;
  /** Of how many of them a slice should be at least: each slice of a product packs the right side. */
  readonly least: number;
  /** What is read block by block, a block for each; everything else is read whole. */
  readonly alike: readonly NodeId[];
  readonly whole: readonly NodeId[];
  readonly makes: readonly Stretch[];
}

/** Rows of a slice of a product, at least: it packs all of the right side, which costs a twentieth then. */
const leastRows = 64;

/** Elements of a mask that are made at once. */
export const maskUnit = 32;

/** How an instruction is done block by block, if it can be. */
export function blockedBy(values: Values, instruction: Instruction): Blocked | undefined {
  switch (instruction.kind) {
    case 'group':
      return blockedGroup(values, instruction);
    case 'single':
      return blockedSingle(values, instruction);
    case 'expansion':
      return undefined;
  }
}

/** Without rows by whole vectors. */
function blockedGroup(values: Values, { size, columns, members, sums }: Group): Blocked | undefined {
  if (sums.length > 0 || size <= straightElements || (columns === undefined && size % 4 !== 0)) return undefined;
  const own = new Set(members.map(({ id }) => id));
  const operands = members.flatMap((member) => member.operands).filter(({ source }) => !own.has(values.view(source).root));
  const isAlike = (kind: string): boolean => kind === 'full' || kind === 'column';
  return {
    count: columns === undefined ? size / 4 : size / columns,
    least: 1,
    alike: operands.filter(({ kind }) => isAlike(kind)).map(({ source }) => source),
    whole: operands.filter(({ kind }) => !isAlike(kind)).map(({ source }) => source),
    makes: members.map(({ id }) => ({ root: id, offset: 0, size })),
  };
}

function blockedSingle(values: Values, single: Single): Blocked | undefined {
  const { id, result, bias, share, kept } = single;
  const node = values.node(id);
  const found = share === undefined ? countOf(values, node) : undefined;
  if (found === undefined) return undefined;
  const { count, alike, least = 1, parts = [sizeOf(node.shape)] } = found;
  const [keeps, reads] = kept === undefined ? [[], []] : kept.by === id ? [[kept.floats], []] : [[], [kept.by]];
  const wholes = node.inputs.filter((_, place) => !alike.includes(place));
  let offset = 0;
  return {
    count,
    least,
    alike: [...node.inputs.filter((_, place) => alike.includes(place)), ...reads],
    whole: bias === undefined ? wholes : [...wholes, bias],
    makes: [...parts, ...keeps].map((size) => ({ root: result, offset: (offset += size) - size, size })),
  };
}

interface Count {
  readonly count: number;
  /** Which inputs are read block by block. */
  readonly alike: readonly number[];
  readonly least?: number;
  /** Sizes of what the result is made of, if it is more than one tensor. */
  readonly parts?: readonly number[];
}

/** Blocks of the nodes that have some. */
function countOf(values: Values, node: Node): Count | undefined {
  const shapeOf = (place: number): readonly number[] => values.node(node.inputs[place] ?? -1).shape;
  const rows = node.shape[0] ?? 0;
  switch (node.op) {
    case 'matMul':
      return !node.transposeA && isLargeProduct(productSize(values, node)) ? { count: rows, alike: [0], least: leastRows } : undefined;
    case 'gather':
      return isSmallGather(rows, sizeOf(node.shape.slice(1))) ? undefined : { count: rows, alike: [1] };
    case 'oneHot':
      return { count: sizeOf(node.shape) / node.depth, alike: [0] };
    case 'dropoutMask':
      return sizeOf(node.shape) % maskUnit === 0 ? { count: sizeOf(node.shape) / maskUnit, alike: [] } : undefined;
    case 'softmax':
    case 'standardize':
    case 'standardizeGradient':
      return { count: sizeOf(node.shape) / (node.shape.at(-1) ?? 1), alike: [0, 1] };
    case 'softmaxCrossEntropy':
      return { count: sizeOf(node.shape), alike: [0, 1] };
    case 'rotate':
      return { count: rows / (shapeOf(1)[0] ?? 1), alike: [0] };
    case 'causalAttention':
      return { count: rows / node.context, alike: [0, 1, 2] };
    case 'causalAttentionGradient': {
      const parts = [1, 2, 3].map((place) => sizeOf(shapeOf(place)));
      return { count: (shapeOf(0)[0] ?? 0) / node.context, alike: [0, 1, 2, 3], parts };
    }
    case 'maxPool':
    case 'conv2d':
    case 'conv2dInputGradient':
      return { count: rows, alike: [0] };
    case 'maxPoolGradient':
      return { count: rows, alike: [0, 1] };
    default:
      return undefined;
  }
}
