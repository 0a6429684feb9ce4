/**
 * Who reads what, and when: from the order of a plan's instructions, the first and the last moment at which a value must be in memory.
 * A moment is a place in the list of instructions, unless several are carried out at once; what is read after the last lives to `end`.
 */
import type { NodeId } from '../../graph/graph.ts';
import { inputsOf, resultsOf, type Group, type Instruction } from './instructions.ts';
import type { Values } from './values.ts';

/** What is known about the values of a plan, each under the node that its memory belongs to. */
export interface Lifetimes {
  readonly end: number;
  /** Moment at which a value is made; undefined for leaves. */
  madeAt(root: NodeId): number | undefined;
  /** Last moment at which an instruction other than its own reads it; undefined if none does. */
  lastRead(root: NodeId): number | undefined;
  /** Last moment at which anything but the elementwise operations of `group` reads it; undefined if nothing does. */
  lastReadBesides(root: NodeId, group: Group): number | undefined;
  /** The group that makes a value. */
  groupOf(root: NodeId): Group | undefined;
  /** Elements of any value, of expansions too. */
  size(root: NodeId): number;
}

interface Read {
  readonly moment: number;
  readonly by: Group | undefined;
}

/** Finds them; `ends` are nodes that are read after the last instruction. `moments`: of each instruction, if they are not its places. */
export function lifetimesOf(
  values: Values,
  instructions: readonly Instruction[],
  ends: readonly NodeId[],
  moments: readonly number[] = instructions.map((_, place) => place),
): Lifetimes {
  const made = new Map<NodeId, number>();
  const reads = new Map<NodeId, Read[]>();
  const groups = new Map<NodeId, Group>();
  const sizes = new Map<NodeId, number>();
  const end = 1 + Math.max(-1, ...moments);
  const note = (id: NodeId, moment: number, by?: Group): void => {
    const { root } = values.view(id);
    if (by !== undefined && groups.get(root) === by) return;
    const known = reads.get(root);
    if (known === undefined) reads.set(root, [{ moment, by }]);
    else known.push({ moment, by });
  };
  instructions.forEach((instruction, place) => {
    const moment = moments[place] ?? place;
    for (const result of resultsOf(instruction)) made.set(result, moment);
    if (instruction.kind === 'group') {
      const { head, members, sums, tail } = instruction;
      for (const result of [...(head === undefined ? [] : [head.result]), ...[...members, ...sums].map(({ id }) => id)])
        groups.set(result, instruction);
      for (const input of head === undefined ? [] : inputsOf(values, head)) note(input, moment);
      for (const { source } of members.flatMap(({ operands }) => operands)) note(source, moment, instruction);
      for (const input of tail === undefined ? [] : inputsOf(values, tail)) note(input, moment, instruction);
      if (tail?.kind === 'parts') sizes.set(tail.result, tail.size);
    } else {
      for (const input of inputsOf(values, instruction)) note(input, moment);
      if (instruction.kind !== 'single') sizes.set(instruction.result, instruction.size);
    }
  });
  for (const id of ends) note(id, end);
  return {
    end,
    madeAt: (root) => made.get(root),
    lastRead: (root) => last(reads.get(root) ?? []),
    lastReadBesides: (root, group) => last((reads.get(root) ?? []).filter(({ by }) => by !== group)),
    groupOf: (root) => groups.get(root),
    size: (root) => sizes.get(root) ?? values.size(root),
  };
}

function last(reads: readonly Read[]): number | undefined {
  return reads.length === 0 ? undefined : Math.max(...reads.map(({ moment }) => moment));
}
