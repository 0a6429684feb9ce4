/** What a plan consists of before there is any code: groups of elementwise operations, single operations, and what prepares their inputs. */
import type { NodeId } from '../../graph/graph.ts';
import type { Axis, Operand } from './operands.ts';
import type { Values } from './values.ts';

/** An operation of a group and how it reads. */
export interface Member {
  readonly id: NodeId;
  readonly operands: readonly Operand[];
}

/** Operations on `size` elements; `columns` is the row length of the rows and columns that it repeats. */
export interface Group {
  readonly kind: 'group';
  readonly size: number;
  columns: number | undefined;
  readonly members: Member[];
  /** Sums `id` over all elements of members. */
  readonly sums: { readonly id: NodeId; readonly member: NodeId }[];
  /** Makes the elements, one by one, that the group goes on with; only where an engine asks for it. */
  head?: Single;
  /** Reduces the elements of a member as they are made; only where an engine asks for it. */
  tail?: Single | Parts;
}

/** Any other node. `bias`: the row that is added to its result, which is then that of node `result`. */
export interface Single {
  readonly kind: 'single';
  readonly id: NodeId;
  readonly result: NodeId;
  readonly bias?: NodeId;
  /** Its sums were begun by a partial instruction: `count` parts of each, one after another. */
  readonly parts?: { readonly source: NodeId; readonly count: number };
}

/** Long sums of a node, begun: each is cut into so many parts, a value `result` that no node has. */
export interface Parts {
  readonly kind: 'parts';
  readonly id: NodeId;
  readonly result: NodeId;
  readonly size: number;
  readonly count: number;
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

/** What a schedule consists of. */
export type Scheduled = Group | Single | Expansion;

/** One instruction of a plan. */
export type Instruction = Scheduled | Parts;

/** What an instruction other than a group reads. */
export function inputsOf(values: Values, instruction: Exclude<Instruction, Group>): readonly NodeId[] {
  if (instruction.kind === 'expansion') return [instruction.source];
  const { inputs } = values.node(instruction.id);
  if (instruction.kind === 'parts') return inputs;
  if (instruction.parts !== undefined) return [instruction.parts.source];
  return instruction.bias === undefined ? inputs : [...inputs, instruction.bias];
}

/** The values that an instruction makes, whether they need memory or not. */
export function resultsOf(instruction: Instruction): readonly NodeId[] {
  if (instruction.kind !== 'group') return [instruction.result];
  const { head, members, sums, tail } = instruction;
  return [head, tail].flatMap((part) => (part === undefined ? [] : [part.result])).concat([...members, ...sums].map(({ id }) => id));
}

/** All that an instruction reads, its own results included. */
export function sourcesOf(values: Values, instruction: Instruction): readonly NodeId[] {
  if (instruction.kind !== 'group') return inputsOf(values, instruction);
  const { head, members, tail } = instruction;
  const parts = [head, tail].flatMap((part) => (part === undefined ? [] : inputsOf(values, part)));
  return [...parts, ...members.flatMap(({ operands }) => operands.map(({ source }) => source))];
}
