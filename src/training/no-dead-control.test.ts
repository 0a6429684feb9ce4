/**
 * No dead control: every parameter of the table has a small seeded run in which moving it changes something that the run tells.
 */
import { describe, expect, it } from 'vitest';
import { normalize } from '../params/config.ts';
import { parameterIds, parameters } from '../params/table.ts';
import type { ParameterId } from '../params/table.ts';
import { excepted, scenarioBase, scenarios } from '../testing/scenarios.ts';
import { testAssets } from '../testing/test-assets.ts';
import { trained } from '../testing/trained.ts';
import type { Told } from '../testing/trained.ts';

describe('no dead control', () => {
  it('every parameter has a scenario or a reason', () => {
    expect([...Object.keys(scenarios), ...Object.keys(excepted)].sort()).toEqual([...parameterIds].sort());
  });

  it.each(Object.entries(scenarios).map(([id, scenario]) => ({ id: id as ParameterId, ...scenario })))(
    '$id: $values',
    async ({ id, in: where = {}, values, changes }) => {
      const told: Told[] = [];
      for (const value of values) {
        const { config, problems } = normalize({ ...scenarioBase, ...where, [id]: value });
        expect(problems).toEqual([]);
        expect(parameters[id].when(config)).toBe(true);
        told.push(await trained(config, { assets: await testAssets(config) }));
      }
      const [before, after] = told;
      for (const name of changes) expect(after?.[name], name).not.toEqual(before?.[name]);
    },
  );
});
