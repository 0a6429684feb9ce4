/**
 * Which values lie in the same place, one after the other, within a stage of blocks. A thread that is ahead writes only where its own blocks are, as long as
 * both values are divided alike; so only values of the same sizes share a place, and only one that the stage reads block by block gives way to another. It
 * is less memory to go through, and what a slice reads is still in the cache where it has just been written.
 */
import type { NodeId } from '../../graph/graph.ts';
import { blockedBy, type Blocked } from './blocks.ts';
import type { Lifetimes } from './lifetimes.ts';
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
    const steps = stage.instructions.map((instruction) => blockedBy(values, instruction));
    const idle = new IdlePlaces();
    const ends = lastReads(values, steps, lifetimes);
    const endsHere = (root: NodeId): boolean => lifetimes.lastRead(root) === moment && isFree(root);
    for (const [root, end] of ends)
      if ((lifetimes.madeAt(root) ?? moment) < moment && endsHere(root))
        idle.add(division([lifetimes.size(root)]), places.get(root) ?? root, end);
    steps.forEach((step, index) => {
      for (const [root, sizes] of madeBy(step)) {
        if (!isFree(root) || lifetimes.lastRead(root) === undefined) continue;
        const place = idle.take(division(sizes), index) ?? root;
        if (place !== root) places.set(root, place);
        if (endsHere(root)) idle.add(division(sizes), place, ends.get(root) ?? steps.length);
      }
    });
  });
  return places;
}

/** Places that nobody needs from some step of a stage on. */
class IdlePlaces {
  private readonly lists = new Map<string, { readonly place: NodeId; readonly from: number }[]>();

  add(key: string, place: NodeId, from: number): void {
    const list = this.lists.get(key) ?? [];
    list.push({ place, from });
    this.lists.set(key, list);
  }

  /** One that step `index` may write to, if there is any: the one that was last read, which may still be in the cache. */
  take(key: string, index: number): NodeId | undefined {
    const list = this.lists.get(key) ?? [];
    const usable = list.filter(({ from }) => from < index);
    const [first] = usable;
    if (first === undefined) return undefined;
    const latest = usable.reduce((a, b) => (b.from > a.from ? b : a), first);
    list.splice(list.indexOf(latest), 1);
    return latest.place;
  }
}

/** How a value of such parts is divided: each into as many blocks as there are. */
function division(sizes: readonly number[]): string {
  return sizes.join(' ');
}

/** The step that reads a value last; never, if one reads anything of it but the blocks that are its own. */
function lastReads(values: Values, steps: readonly (Blocked | undefined)[], lifetimes: Lifetimes): ReadonlyMap<NodeId, number> {
  const last = new Map<NodeId, number>();
  const made = new Set(steps.flatMap((step) => step?.makes.map(({ root }) => root) ?? []));
  const note = (id: NodeId, index: number): void => {
    const { root } = values.view(id);
    last.set(root, Math.max(index, last.get(root) ?? 0));
  };
  steps.forEach((step, index) => {
    for (const id of step?.whole ?? []) note(id, Infinity);
    for (const id of step?.alike ?? []) {
      const { root, offset } = values.view(id);
      note(id, made.has(root) || (offset === 0 && values.size(id) === lifetimes.size(root)) ? index : Infinity);
    }
  });
  return last;
}

/** The values that a step makes, and the sizes of their parts. */
function madeBy(step: Blocked | undefined): ReadonlyMap<NodeId, readonly number[]> {
  const sizes = new Map<NodeId, number[]>();
  for (const { root, size } of step?.makes ?? []) sizes.set(root, [...(sizes.get(root) ?? []), size]);
  return sizes;
}
