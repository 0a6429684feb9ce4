/** The stage of the measurements: a server for the release, one browser, and pages that are watched. */
import { chromium } from '@playwright/test';
import { findBrowser, launchArguments } from '../lib/browser.mjs';
import { serve } from '../lib/serve.mjs';
import { watch } from './watch.mjs';

/** Opens the stage. `open(hash, use)` hands a fresh page to `use` and closes it after. */
export async function openStage(folder) {
  const { url, close } = await serve({ folder, port: 0, host: '127.0.0.1' });
  const browser = await chromium.launch({ executablePath: await findBrowser(), args: launchArguments });
  const open = async (hash, use, options = {}) => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, serviceWorkers: 'block', ...options });
    try {
      const page = await context.newPage();
      await page.addInitScript(watch);
      const requests = [];
      page.on('request', (request) => requests.push(request.url()));
      await page.goto(`${url}${hash}`);
      await page.waitForFunction(() => globalThis.measured.usable !== undefined, undefined, { timeout: 60_000 });
      return await use(page, { requests, context });
    } finally {
      await context.close();
    }
  };
  return {
    url,
    open,
    close: async () => {
      await browser.close();
      await close();
    },
  };
}

/** What has been collected in the page. */
export const measuredIn = (page) => page.evaluate(() => globalThis.measured);

/** Presses a button of the run controls. */
export const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

/** Waits until `test`, which runs in the page, holds; resolves false if it does not within `seconds`. */
export function waitUntil(page, test, seconds) {
  return page.waitForFunction(test, undefined, { timeout: seconds * 1000, polling: 100 }).then(
    () => true,
    (error) => {
      if (error.name === 'TimeoutError') return false;
      throw error;
    },
  );
}

export const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The `share`-quantile of numbers, the upper of two neighbours. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
