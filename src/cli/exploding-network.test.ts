/** What clipping is for: a ReLU network that begins with the identity explodes on a text without it, and learns with it, whatever the seed. */
import { describe, expect, it } from 'vitest';
import { presets } from '../store/presets.ts';
import { readOptions } from './options.ts';
import { train } from './train.ts';

const preset = presets.find(({ title }) => title === 'A memory that explodes');

async function trained(hash: string, steps: number) {
  const read = readOptions([`${hash}&evalEvery=${String(steps)}`, '--steps', String(steps)]);
  if (!('options' in read)) throw new Error(JSON.stringify(read));
  const { end } = await train(read.options, { write: () => undefined, note: () => undefined, stopped: () => false });
  return end;
}

describe.each([1, 2, 3, 4, 5])('the identity as a start, seed %d', (seed) => {
  const hash = `${preset?.hash ?? ''}&seed=${String(seed)}`;

  it('explodes without clipping', async () => {
    expect(await trained(hash, 10)).toMatchObject({ reason: 'diverged' });
  });

  it('learns with clipping by norm: half a nat below where it began', async () => {
    const end = await trained(`${hash}&clip=norm`, 40);
    expect(end.reason).toBe('steps');
    expect(end.bestStep).toBe(40);
    expect(end.bestValLoss).toBeLessThan(4.3 - 0.5);
  });
});
