/** What goes off the page with what. */
import { describe, expect, it } from 'vitest';
import { hiddenWith, hidingIds } from './hiding.ts';
import { groups, parameterIds, specOf } from './table.ts';
import type { ParameterId } from './table.ts';

const membersOf = (group: string): readonly ParameterId[] => parameterIds.filter((id) => specOf(id).group === group);

describe('hiding', () => {
  it('takes a whole group off the page with the parameter that the others refine', () => {
    const mains = groups.flatMap(({ id, main }) => (main === undefined ? [] : [{ id, main }]));
    expect(mains.map(({ main }) => specOf(main).urlKey)).toEqual(['lr', 'batch', 'loss', 'opt', 'stop', 'sched', 'clip']);
    for (const { id, main } of mains) {
      expect(membersOf(id)[0]).toBe(main);
      expect(hiddenWith([main])).toEqual(membersOf(id));
      expect(hidingIds(membersOf(id))).toEqual([main]);
    }
  });

  it('takes any other parameter off by itself', () => {
    expect(hiddenWith(['dropout', 'layerDecay', 'seed'])).toEqual(['layerDecay', 'dropout', 'seed']);
    expect(hidingIds(['layerDecay', 'dropout', 'seed'])).toEqual(['layerDecay', 'dropout', 'seed']);
  });
});
