/** The instructions of a plan, before they have any place: what each is, reads and makes. */
import type { NodeId } from '../../graph/graph.ts';
import type { Axis, Operand } from '../plan/operands.ts';
import type { Values } from '../plan/values.ts';
import type { Kept } from './kept.ts';

/** An elementwise operation of a group and how it reads. */
export interface Member {
  readonly id: NodeId;
  readonly operands: readonly Operand[];
}

/** Elementwise operations on `size` elements; `columns` is the row length of the rows and columns that it repeats. */
export interface Group {
  readonly kind: 'group';
  readonly size: number;
  columns: number | undefined;
  readonly members: Member[];
  /** Sums `id` over all elements of members. */
  readonly sums: { readonly id: NodeId; readonly member: NodeId }[];
}

/**
 * Any other node. `bias`: the row that is added to its result, which is then that of node `result`. `share`: the same over fewer rows, which this one
 * tells on its way. `kept`: of attention, what it keeps behind its result; of its gradient, what it reads there.
 */
export interface Single {
  readonly kind: 'single';
  readonly id: NodeId;
  readonly result: NodeId;
  readonly bias?: NodeId;
  readonly share?: NodeId;
  readonly kept?: Kept;
}

/** A tensor written out with repetition, as a value `result` that no node has; or one number spread over a cell. */
export interface Expansion {
  readonly kind: 'expansion';
  readonly source: NodeId;
  readonly result: NodeId;
  readonly size: number;
  /** Undefined for a cell. */
  readonly axes: readonly Axis[] | undefined;
}

/** One instruction of a plan. */
export type Instruction = Group | Single | Expansion;

/** What a single instruction reads. */
export function inputsOf(values: Values, { id, bias, kept }: Single): readonly NodeId[] {
  const others = kept === undefined || kept.by === id ? [] : [kept.by];
  return bias === undefined ? [...values.node(id).inputs, ...others] : [...values.node(id).inputs, bias, ...others];
}

/** What an instruction reads; of a group, also what it makes of its own. */
export function sourcesOf(values: Values, instruction: Instruction): readonly NodeId[] {
  switch (instruction.kind) {
    case 'single':
      return inputsOf(values, instruction);
    case 'expansion':
      return [instruction.source];
    case 'group':
      return instruction.members.flatMap(({ operands }) => operands.map(({ source }) => source));
  }
}

/** What an instruction makes. */
export function resultsOf(instruction: Instruction): readonly NodeId[] {
  if (instruction.kind === 'group') return [...instruction.members, ...instruction.sums].map(({ id }) => id);
  if (instruction.kind === 'single' && instruction.share !== undefined) return [instruction.result, instruction.share];
  return [instruction.result];
}
