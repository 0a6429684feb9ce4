/**
 * The recorded runs of `npm run parity`: the scripts and arrays written today are those that PyTorch ran then, and the product still finds
 * the curve that PyTorch found. Where a script changes, record again: `npm run parity -- --record` (it needs PyTorch).
 */
import { describe, expect, it } from 'vitest';
import { parityCases } from '../testing/parity-cases.ts';
import { sampleExports } from '../testing/parity-samples.ts';
import { expectedLosses, exportCase, fingerprints, modelFingerprint } from '../testing/parity-exports.ts';
import recorded from './parity.recorded.json' with { type: 'json' };

const cases = parityCases();
const asDefault = new Set(cases.flatMap((item) => (item.asDefault ? [item.name] : [])));

/** |a − b| / max(|b|, 1e-3 × first loss), the largest of all steps kept. */
function difference(losses: readonly number[], exact: readonly number[]): number {
  const least = 1e-3 * Math.abs(exact[0] ?? 0);
  return Math.max(...exact.map((b, i) => Math.abs((losses[i] ?? Number.NaN) - b) / Math.max(Math.abs(b), least)));
}

describe('scripts that PyTorch has run', () => {
  it('are those of all cases', () => {
    expect(recorded.cases.map(({ name }) => name)).toEqual(cases.map(({ name }) => name));
  });

  it.each(recorded.cases)(
    '$name',
    async ({ name, script, arrays, steps, gap, loss }) => {
      const item = cases.find((other) => other.name === name);
      if (!item) throw new Error(`${name} is no case any more`);
      const files = await exportCase(item);
      expect({ name, ...fingerprints(files) }).toEqual({ name, script, arrays });
      const losses = expectedLosses(files);
      expect(losses.length).toBe(steps);
      const kept = losses.filter((_, step) => step % 5 === 0 || step === steps - 1);
      expect(difference(kept, loss)).toBeLessThanOrEqual(10 * gap + 1e-6);
      // Where all is as the table has it, PyTorch's own precisions part, and `npm run parity` holds the product to its float32 as well.
      if (!asDefault.has(name)) expect(gap).toBeLessThanOrEqual(1e-5);
      // A hundred steps of the default GPT are 4 s of work, which a busy machine stretches.
    },
    120_000,
  );
});

describe('texts that PyTorch wrote at temperature 0', () => {
  it('are those of all cases, by the scripts of today, and the product writes the same', async () => {
    const exports = await sampleExports();
    expect(recorded.samples).toEqual(
      exports.map(({ name, files, text }) => ({ name, ...fingerprints(files), model: modelFingerprint(files), text })),
    );
  });
});
