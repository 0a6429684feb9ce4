/** Nothing of the table is left out of an export in silence: what is said to be written moves the files, what is said to be irrelevant does not. */
import { describe, expect, it } from 'vitest';
import type { ParameterId } from '../params/table.ts';
import { scenarioFiles } from '../testing/scenario-scripts.ts';
import { scenarios } from '../testing/scenarios.ts';
import { irrelevant, writtenBy } from './handled.ts';

const ids = Object.keys(scenarios) as (keyof typeof scenarios)[];

/** Whether the two values of a scenario give other files. */
async function moves(id: keyof typeof scenarios): Promise<boolean> {
  const [before = {}, after = {}] = await scenarioFiles(id, scenarios[id]);
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => name !== 'README.md');
  return names.some((name) => Buffer.compare(before[name] ?? new Uint8Array(), after[name] ?? new Uint8Array()) !== 0);
}

const isWritten = (id: ParameterId): boolean => id in writtenBy;

describe('a parameter', () => {
  it.each(ids.filter(isWritten))('%s reaches the files', async (id) => {
    expect(await moves(id)).toBe(true);
  });

  it.each(ids.filter((id) => id in irrelevant))('%s does not', async (id) => {
    expect(await moves(id)).toBe(false);
  });

  it('of any kind has a scenario, or decides only who computes and when', () => {
    const handled = [writtenBy, irrelevant].flatMap((one) => Object.keys(one));
    const without = handled.filter((id) => !ids.includes(id as (typeof ids)[number]));
    expect(without.sort()).toEqual(['engine', 'pace']);
  });
});
