/**
 * Threads of the WebAssembly engine in the app: helpers for a large model only, asleep while it pauses, gone with it; and offline as well. Needs two
 * processors: with one there are no helpers, and the tests that ask for some fail.
 */
import type { Page } from '@playwright/test';
import { plainUrl } from './addresses.ts';
import { button, expectReady, expectStepBeyond, openApp, status } from './lib/app.ts';
import { expectAtRest } from './lib/at-rest.ts';
import { visitOnce } from './lib/offline.ts';
import { expect, test } from './lib/test.ts';

test.setTimeout(120_000);

const large = '#task=digits&model=cnn&channels=16,32&batch=64&epochs=1000&engine=wasm';
const small = '#task=spiral&layers=8,8&epochs=1000&engine=wasm';

const helpersOf = (page: Page): number => page.workers().filter((worker) => worker.url().includes('/helper-')).length;

/** As many as there are processors besides, three at most. */
async function expectHelpers(page: Page): Promise<void> {
  const most = await page.evaluate(() => Math.min(3, navigator.hardwareConcurrency - 1));
  expect(most).toBeGreaterThan(0);
  await expect.poll(() => helpersOf(page), { timeout: 30_000 }).toBe(most);
}

test('a large model has helpers, which sleep while it pauses and end with its run', async ({ page, browser }) => {
  await openApp(page, large);
  expect(helpersOf(page)).toBe(0);
  await button(page, 'Run').click();
  await expectHelpers(page);
  await expectStepBeyond(page, 20);
  await page.getByRole('button', { name: /^Engine:/ }).click();
  await expect(page.getByText(/^Device: CPU, (relaxed )?SIMD, [234] threads$/)).toBeVisible();
  await page.keyboard.press('Escape');

  await button(page, 'Pause').click();
  await expect(status(page)).toContainText('Paused');
  await expectAtRest(page, browser);

  await page.goto('about:blank');
  await page.goto(`/${small}`);
  await expectReady(page);
  await button(page, 'Run').click();
  await expectStepBeyond(page, 2000);
  expect(helpersOf(page)).toBe(0);
});

test('a change to a small model ends the helpers of the large one', async ({ page }) => {
  await openApp(page, large);
  await button(page, 'Run').click();
  await expectHelpers(page);
  await page.evaluate((hash) => (location.hash = hash), small);
  await expect.poll(() => helpersOf(page), { timeout: 30_000 }).toBe(0);
  await expectReady(page);
});

test('a host that does not isolate the page leaves it one thread', async ({ page }) => {
  await page.goto(`${plainUrl}${large}`);
  await expectReady(page);
  await button(page, 'Run').click();
  await expectStepBeyond(page, 20);
  expect(helpersOf(page)).toBe(0);
});

test.describe('offline', () => {
  test.use({ serviceWorkers: 'allow', tolerated: /ERR_CONNECTION_REFUSED|ERR_FAILED|ERR_INTERNET_DISCONNECTED/ });

  test('a large model has helpers with the server gone', async ({ page }) => {
    const url = await visitOnce(page);
    await page.goto('about:blank');
    await page.goto(`${url}${large}`);
    await expectReady(page);
    await button(page, 'Run').click();
    await expectHelpers(page);
  });
});
