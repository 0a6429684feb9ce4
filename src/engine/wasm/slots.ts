/**
 * Which values of a stage of blocks lie in the same place, one after the other: those that nobody reads outside it. A thread that is ahead writes only where
 * its own blocks are, as long as both are divided alike; so only values of the same sizes share a place. It is the less memory to go through, and what
 * a slice reads is still in the cache where it has just been written.
 */
import type { NodeId } from '../../graph/graph.ts';
import { blockedBy } from './blocks.ts';
import type { Lifetimes } from './lifetimes.ts';
import { sourcesOf } from './schedule.ts';
import type { Stage } from './stages.ts';
import type { Values } from '../plan/values.ts';

/** For each value that lies in the place of another, which was made first there. `isFree`: values that need no certain place. */
export function sharedPlaces(
  values: Values,
  stages: readonly Stage[],
  lifetimes: Lifetimes,
  isFree: (root: NodeId) => boolean,
): ReadonlyMap<NodeId, NodeId> {
  const places = new Map<NodeId, NodeId>();
  stages.forEach((stage, moment) => {
    if (stage.kind !== 'blocks') return;
    const isWithin = (root: NodeId): boolean => lifetimes.madeAt(root) === moment && lifetimes.lastRead(root) === moment && isFree(root);
    const ends = lastReaders(values, stage.instructions);
    const idle = new Map<string, { readonly place: NodeId; readonly from: number }[]>();
    stage.instructions.forEach((instruction, index) => {
      for (const [root, division] of divisionsOf(values, instruction)) {
        if (!isWithin(root)) continue;
        const list = idle.get(division) ?? [];
        idle.set(division, list);
        const found = list.findIndex(({ from }) => from < index);
        const place = found < 0 ? root : (list.splice(found, 1)[0]?.place ?? root);
        if (place !== root) places.set(root, place);
        list.push({ place, from: ends.get(root) ?? index });
      }
    });
  });
  return places;
}

type Instructions = Extract<Stage, { kind: 'blocks' }>['instructions'];

/** Which instruction of a stage reads a value last. */
function lastReaders(values: Values, instructions: Instructions): ReadonlyMap<NodeId, number> {
  const last = new Map<NodeId, number>();
  instructions.forEach((instruction, index) => {
    for (const source of sourcesOf(values, instruction)) last.set(values.view(source).root, index);
  });
  return last;
}

/** The values that an instruction makes, and how each is divided into blocks. */
function divisionsOf(values: Values, instruction: Instructions[number]): ReadonlyMap<NodeId, string> {
  const divisions = new Map<NodeId, string>();
  for (const { root, size } of blockedBy(values, instruction)?.makes ?? [])
    divisions.set(root, `${divisions.get(root) ?? ''} ${String(size)}`);
  return divisions;
}
