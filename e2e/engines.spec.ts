/** The app's own models on every engine: the same curve within a thousandth, and from the same engine the same bits. */
import type { Page } from '@playwright/test';
import type { EngineName } from '../src/engine/engines.ts';
import { testPageUrl } from './addresses.ts';
import { expect, test } from './lib/test.ts';

test.setTimeout(180_000);

const steps = 50;

const models = [
  { name: 'the default MLP, with dropout', hash: '#dropout=0.1' },
  { name: 'the small CNN', hash: '#task=digits&model=cnn&pixels=14&batch=8&n=100' },
] as const;

async function lossesOf(page: Page, engine: EngineName, hash: string, limit: number, chunk: number): Promise<readonly number[]> {
  const link = `${hash}&steps=${String(limit)}`;
  return page.evaluate(([name, text, size]) => window.ask('curve', name, text, size), [engine, link, chunk] as const);
}

for (const { name, hash } of models) {
  test(`${name}: ${String(steps)} steps agree on all engines, and repeat bit for bit`, async ({ page }) => {
    await page.goto(testPageUrl('executors'));
    await page.waitForFunction(() => typeof window.ask === 'function');
    const reference = await lossesOf(page, 'tfjs-cpu', hash, steps, steps);
    expect(reference).toHaveLength(steps);
    for (const engine of ['wasm', 'webgpu', 'tfjs-cpu', 'tfjs-webgl', 'tfjs-webgpu'] as const) {
      const losses = engine === 'tfjs-cpu' ? reference : await lossesOf(page, engine, hash, steps, steps);
      expect(await lossesOf(page, engine, hash, steps, 7), engine).toEqual(losses);
      const differences = losses.map((loss, step) => Math.abs(loss / (reference[step] ?? Number.NaN) - 1));
      expect(Math.max(...differences), engine).toBeLessThan(1e-3);
    }
  });
}
