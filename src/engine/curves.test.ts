/** Curves of the executors that need no browser, against double precision; `e2e/executors.spec.ts` asks the others the same. */
import { describe, expect, it } from 'vitest';
import { curveGap, mostApart, modelCurves, optimizerCurves, repeats } from '../testing/curves.ts';
import { writtenOtherwise } from '../testing/written.ts';
import { openEngine } from './engines.ts';

describe.each(['wasm', 'tfjs-cpu'] as const)('curves by %s', async (name) => {
  const { executor } = await openEngine(name);

  it.each([...optimizerCurves, ...modelCurves])('$name', async (curve) => {
    const { early, losses, parameters } = await curveGap(executor, curve);
    const most = mostApart(curve);
    expect(early).toBeLessThanOrEqual(most.early);
    expect(losses).toBeLessThanOrEqual(most.losses);
    expect(parameters).toBeLessThanOrEqual(most.parameters);
  });

  it.each(modelCurves.filter((_, index) => index % 2 === 0))('$name, twice and in pieces', async (curve) => {
    expect(await repeats(executor, curve)).toBe(true);
  });

  it('what it has trained writes the same at temperature 0', async () => {
    expect(await writtenOtherwise(executor)).toEqual([]);
  });
});
