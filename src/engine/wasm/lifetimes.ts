/**
 * Who reads what, and when: from the order of a plan's stages, the first and the last moment at which a value must be in memory.
 * Moments are positions in the list of stages, within which threads are here and there; what is read after the last one lives to `end`.
 */
import type { NodeId } from '../../graph/graph.ts';
import { resultsOf, sourcesOf, type Group, type Instruction } from './instructions.ts';
import { instructionsOf, type Stage } from './stages.ts';
import type { Values } from '../plan/values.ts';

/** What is known about the values of a plan, each under the node that its memory belongs to. */
export interface Lifetimes {
  readonly end: number;
  /** Moment at which a value is made; undefined for leaves. */
  madeAt(root: NodeId): number | undefined;
  /** Last moment at which an instruction other than its own reads it; undefined if none does. */
  lastRead(root: NodeId): number | undefined;
  /** The group that makes a value. */
  groupOf(root: NodeId): Group | undefined;
  /** Elements of any value, of expansions too, and with what is kept behind it. */
  size(root: NodeId): number;
}

/** Finds them; `ends` are nodes that are read after the last stage. */
export function lifetimesOf(values: Values, stages: readonly Stage[], ends: readonly NodeId[]): Lifetimes {
  const made = new Map<NodeId, number>();
  const read = new Map<NodeId, number>();
  const groups = new Map<NodeId, Group>();
  const expanded = new Map<NodeId, number>();
  const end = stages.length;
  const note = (id: NodeId, moment: number, except?: Group): void => {
    const { root } = values.view(id);
    if (except === undefined || groups.get(root) !== except) read.set(root, Math.max(moment, read.get(root) ?? 0));
  };
  const noteAll = (instruction: Instruction, moment: number): void => {
    for (const id of resultsOf(instruction)) {
      made.set(id, moment);
      if (instruction.kind === 'group') groups.set(id, instruction);
    }
    if (instruction.kind === 'expansion') expanded.set(instruction.result, instruction.size);
    if (instruction.kind === 'single' && instruction.kept?.by === instruction.id)
      expanded.set(instruction.result, values.size(instruction.result) + instruction.kept.floats);
    for (const source of sourcesOf(values, instruction)) note(source, moment, instruction.kind === 'group' ? instruction : undefined);
  };
  stages.forEach((stage, moment) => {
    for (const instruction of instructionsOf(stage)) noteAll(instruction, moment);
  });
  for (const id of ends) note(id, end);
  return {
    end,
    madeAt: (root) => made.get(root),
    lastRead: (root) => read.get(root),
    groupOf: (root) => groups.get(root),
    size: (root) => expanded.get(root) ?? values.size(root),
  };
}
