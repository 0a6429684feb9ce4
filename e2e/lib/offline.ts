/** The release without its server: visited once, then on its own. */
import type { Page } from '@playwright/test';
import { serve } from '../../scripts/lib/serve.mjs';
import { expectReady } from './app.ts';

/** Opens the app and waits until its service worker answers for it: from then on it needs no network. */
async function openForOffline(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expectReady(page);
  await page.evaluate(async () => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

/** Visits the release, does the rest of the visit, and takes server and network away. Answers the address that served it. */
export async function visitOnce(page: Page, visit: (url: string) => Promise<void> = () => Promise.resolve()): Promise<string> {
  const { url, close } = await serve({ folder: 'dist', port: 0, host: '127.0.0.1' });
  try {
    await openForOffline(page, url);
    await visit(url);
  } finally {
    await close();
  }
  await page.context().setOffline(true);
  return url;
}
