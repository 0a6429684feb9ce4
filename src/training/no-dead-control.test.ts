/**
 * No dead control: every parameter of the table has a small seeded run in which moving it changes something that the run tells.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { normalize } from '../params/config.ts';
import { parameterIds, parameters } from '../params/table.ts';
import type { ParameterId } from '../params/table.ts';
import { excepted, scenarioBase, scenarios } from '../testing/scenarios.ts';
import { trained } from '../testing/trained.ts';
import type { Told } from '../testing/trained.ts';

const file = (name: string) => readFileSync(new URL(`../../public/data/${name}`, import.meta.url));
const digitFiles = { '14': new Uint8Array(file('digits-14.bin')), '28': new Uint8Array(file('digits-28.bin')) };

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
        told.push(await trained(config, { assets: { digits: digitFiles[config.pixels] } }));
      }
      const [before, after] = told;
      for (const name of changes) expect(after?.[name], name).not.toEqual(before?.[name]);
    },
  );
});
