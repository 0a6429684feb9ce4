/**
 * Where the values of a plan lie. Leaves have their places already; what only its own group reads is a register of that group; pieces of a
 * concatenation are made where they will be joined; a new state is written over the old one where nobody reads that any more.
 */
import type { NodeId } from '../../graph/graph.ts';
import { arrange, type Buffer } from '../plan/arrange.ts';
import type { Lifetimes } from './lifetimes.ts';
import { resultsOf, type Group, type Instruction } from './instructions.ts';
import { sharedPlaces } from './slots.ts';
import { instructionsOf, type Stage } from './stages.ts';
import { isLeaf, type Values } from '../plan/values.ts';

/** Bytes of an element. */
export const floatBytes = 4;
/** Bytes of a number in double precision. */
export const doubleBytes = 8;
/** Bytes of a cell. */
export const cellBytes = 16;

/** What a plan's values need of memory besides its leaves. */
export interface Layout {
  /** Bytes of the stretch that they share. */
  readonly bytes: number;
  /** Offset in that stretch, for values that lie there. */
  offset(root: NodeId): number | undefined;
  /** The state that a value is written over, by its leaf. */
  overwritten(root: NodeId): NodeId | undefined;
  /** True for pieces that lie in their concatenation already. */
  readonly isPlaced: (root: NodeId, concat: NodeId, offset: number) => boolean;
}

/** A state and the node it becomes. */
export interface Update {
  readonly name: string;
  readonly id: NodeId;
}

interface Parent {
  readonly concat: NodeId;
  readonly offset: number;
}

/** Lays out the values that the instructions of `stages` make. */
export function layOut(values: Values, stages: readonly Stage[], lifetimes: Lifetimes, updates: readonly Update[]): Layout {
  const instructions = stages.flatMap(instructionsOf);
  const overwritten = overwrites(values, lifetimes, updates);
  const parents = placements(values, instructions, overwritten);
  // The pieces of a concatenation are read by themselves, too.
  const certain = new Set([...overwritten.keys(), ...parents.keys(), ...[...parents.values()].map(({ concat }) => concat)]);
  const places = sharedPlaces(values, stages, lifetimes, (root) => !certain.has(root));
  const topOf = (root: NodeId): { top: NodeId; offset: number } => {
    const parent = parents.get(root);
    if (parent === undefined) return { top: places.get(root) ?? root, offset: 0 };
    const { top, offset } = topOf(parent.concat);
    return { top, offset: offset + parent.offset };
  };
  const spans = new Map<NodeId, { from: number; to: number }>();
  for (const root of instructions.flatMap(resultsOf)) {
    const made = lifetimes.madeAt(root);
    const read = lifetimes.lastRead(root);
    if (made === undefined || overwritten.has(root) || (read === undefined && lifetimes.groupOf(root) !== undefined)) continue;
    const { top } = topOf(root);
    const span = spans.get(top) ?? { from: made, to: made };
    spans.set(top, { from: Math.min(span.from, made), to: Math.max(span.to, made, read ?? made) });
  }
  const tops = [...spans];
  const buffers = tops.map(([top, { from, to }]): Buffer => ({ bytes: Math.max(cellBytes, lifetimes.size(top) * floatBytes), from, to }));
  const { offsets, bytes } = arrange(buffers);
  const offsetOf = new Map(tops.map(([top], index) => [top, offsets[index] ?? 0]));
  return {
    bytes,
    offset: (root) => {
      const { top, offset } = topOf(root);
      const begin = offsetOf.get(top);
      return begin === undefined || (overwritten.has(root) && parents.get(root) === undefined) ? undefined : begin + offset * floatBytes;
    },
    overwritten: (root) => overwritten.get(root),
    isPlaced: (root, concat, offset) => parents.get(root)?.concat === concat && parents.get(root)?.offset === offset,
  };
}

/** Pieces of concatenations that are made for that place: whole values of more than one element, each in one place only. */
function placements(
  values: Values,
  instructions: readonly Instruction[],
  overwritten: ReadonlyMap<NodeId, NodeId>,
): ReadonlyMap<NodeId, Parent> {
  const parents = new Map<NodeId, Parent>();
  for (const instruction of instructions) {
    if (instruction.kind !== 'single' || values.node(instruction.id).op !== 'concat') continue;
    let offset = 0;
    for (const input of values.node(instruction.id).inputs) {
      const { root, offset: within } = values.view(input);
      const whole = within === 0 && values.size(root) === values.size(input) && values.size(root) > 1;
      if (whole && !isLeaf(values.node(root)) && !parents.has(root) && !overwritten.has(root))
        parents.set(root, { concat: instruction.result, offset });
      offset += values.size(input);
    }
  }
  return parents;
}

/** Updates that may be written over their state, by the node that makes them. */
function overwrites(values: Values, lifetimes: Lifetimes, updates: readonly Update[]): ReadonlyMap<NodeId, NodeId> {
  const result = new Map<NodeId, NodeId>();
  for (const { name, id } of updates) {
    const { root, offset } = values.view(id);
    const state = values.needed.find((leaf) => {
      const node = values.node(leaf);
      return node.op === 'state' && node.name === name;
    });
    const group = lifetimes.groupOf(root);
    const made = lifetimes.madeAt(root);
    if (state === undefined || group === undefined || made === undefined || offset !== 0 || result.has(root)) continue;
    if (values.size(root) === values.size(state) && (lifetimes.lastRead(state) ?? 0) <= made && readsBefore(values, group, state, root))
      result.set(root, state);
  }
  return result;
}

/** Whether a group reads a state only element by element, and never after `root` has been written over it. */
function readsBefore(values: Values, group: Group, state: NodeId, root: NodeId): boolean {
  let written = false;
  for (const { id, operands } of group.members) {
    for (const { source, kind } of operands) {
      const view = values.view(source);
      if (view.root !== state) continue;
      const alike = view.offset === 0 && (kind === 'full' || (kind === 'cell' && group.size === 1));
      if (written || !alike) return false;
    }
    written ||= id === root;
  }
  return true;
}
