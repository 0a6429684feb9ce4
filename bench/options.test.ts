/** What the arguments choose, and what they are refused for. */
import { describe, expect, it } from 'vitest';
import { contenders } from './contenders.ts';
import { readOptions } from './options.ts';
import { rows, withExtras } from './rows.ts';
import { workloadOf } from './workload.ts';
import { readAsset } from '../src/cli/read-asset.ts';

describe('the options', () => {
  it('choose everything when nothing is named', () => {
    expect(readOptions([])).toEqual({ json: false, profile: false, rounds: 5, rows, contenders });
  });

  it('choose rows and columns by name, each kind on its own', () => {
    const named = readOptions(['--only', 'tiny, plain-js,pytorch', '--json', '--rounds', '7']);
    expect(named.rows.map(({ id }) => id)).toEqual(['tiny']);
    expect(named.contenders.map(({ name }) => name)).toEqual(['plain-js', 'pytorch']);
    expect([named.json, named.rounds]).toEqual([true, 7]);
    expect(readOptions(['--only', 'cnn']).contenders).toBe(contenders);
  });

  it('refuse names that are none, and too few rounds', () => {
    expect(() => readOptions(['--only', 'tinny'])).toThrow('"tinny" is none');
    expect(() => readOptions(['--rounds', '3'])).toThrow('5 at least');
  });
});

describe('the rows', () => {
  it('have names of their own, and links that mean what they say', async () => {
    expect(new Set([...rows, ...contenders].map((item) => ('id' in item ? item.id : item.name))).size).toBe(
      rows.length + contenders.length,
    );
    // Throws for a link of which anything could not be used, and for batches that do not come out even.
    for (const row of rows) {
      for (const link of [row.link, withExtras(row)]) expect((await workloadOf(link, readAsset)).batches.length).toBeGreaterThan(1);
    }
  });
});
