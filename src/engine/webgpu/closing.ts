/**
 * What no instruction does: metrics that none makes are put in their row, those that are there from the start at the start; and new states that
 * could not be written over the old ones are copied there in the end, by way of a copy if they are states themselves.
 */
import { floatBytes } from '../planning/layout.ts';
import { whole } from './code/indexing.ts';
import { threads } from './code/kernel.ts';
import type { Phase } from './code/module.ts';
import { Scope, type Place, type Places } from './code/scope.ts';
import type { Draft } from './draft.ts';
import type { Residents } from './residents.ts';

/** A number and the place in the ring that it goes to. */
export interface Leftover {
  readonly place: Place;
  readonly to: string;
}

interface Copy {
  readonly from: Place;
  readonly to: number;
  readonly size: number;
}

/** Updates that must be copied; `isState`: what is copied is the old value of a state. */
function copied({ values, layout, updates }: Draft) {
  return updates.flatMap(({ name, id }) => {
    const { root, offset } = values.view(id);
    const over = layout.overwritten(root);
    const target = over === undefined ? undefined : values.node(over);
    if (target?.op === 'state' && target.name === name && offset === 0) return [];
    return [{ name, id, size: values.size(id), isState: over !== undefined || values.node(root).op === 'state' }];
  });
}

/** Elements that copies by way of copies need. */
export function spareFloats(draft: Draft): number {
  return copied(draft).reduce((sum, { size, isState }) => sum + (isState ? size : 0), 0);
}

/** Puts numbers in their places; the phases do not depend on each other. */
export function leftoverPhases({ values }: Draft, places: Places, name: string, left: readonly Leftover[]): Phase[] {
  return left.map(({ place, to }, index) =>
    phase(new Scope(values, places, `${name}${String(index)}`, () => []), 1, (scope) => `${to} = ${scope.loadFrom(place, '0u')};`),
  );
}

/** The copies of states, in up to two levels, `left` beside the first. */
export function closingLevels(draft: Draft, residents: Residents, places: Places, left: readonly Leftover[]): Phase[][] {
  const first: Copy[] = [];
  const second: Copy[] = [];
  let spare = residents.stateFloats + Math.ceil(draft.layout.bytes / floatBytes);
  for (const { name, id, size, isState } of copied(draft)) {
    const to = residents.state(name).at;
    if (isState) {
      first.push({ from: places(id), to: spare, size });
      second.push({ from: { kind: 'arena', at: spare }, to, size });
      spare += size;
    } else second.push({ from: places(id), to, size });
  }
  let count = 0;
  const copy = ({ from, to, size }: Copy): Phase =>
    phase(
      new Scope(draft.values, places, `copy${String(count++)}`, () => []),
      size,
      (scope) => `arena[${whole(to)} + i] = ${scope.loadFrom(from, 'i')};`,
    );
  const levels = [[...leftoverPhases(draft, places, 'last', left), ...first.map(copy)], second.map(copy)];
  return levels.filter((phases) => phases.length > 0);
}

function phase(scope: Scope, size: number, statement: (scope: Scope) => string): Phase {
  const body = `let i = workgroup * ${whole(threads)} + local;\nif (i < ${whole(size)}) { ${statement(scope)} }\n`;
  return { ...scope.finish(body), workgroups: Math.ceil(size / threads), sharedFloats: 0 };
}
