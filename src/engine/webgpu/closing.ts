/**
 * What is left to do when all instructions are done: new states that could not be written over the old ones are copied there, by way of a copy if
 * they are states themselves; and metrics that no instruction made are put in their row.
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

/** The phases, in one level or two. */
export function closingPhases(draft: Draft, residents: Residents, places: Places, left: readonly Leftover[]): Phase[][] {
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
  const names = { count: 0 };
  const phase = (size: number, statement: (scope: Scope) => string): Phase => {
    const scope = new Scope(draft.values, places, `closing${String(names.count++)}`, () => []);
    const body = `let i = workgroup * ${whole(threads)} + local;\nif (i < ${whole(size)}) { ${statement(scope)} }\n`;
    return { ...scope.finish(body), workgroups: Math.ceil(size / threads), sharedFloats: 0 };
  };
  const copy = ({ from, to, size }: Copy): Phase => phase(size, (scope) => `arena[${whole(to)} + i] = ${scope.loadFrom(from, 'i')};`);
  const metrics = left.map(({ place, to }) => phase(1, (scope) => `${to} = ${scope.loadFrom(place, '0u')};`));
  return [[...metrics, ...first.map(copy)], second.map(copy)].filter((phases) => phases.length > 0);
}
