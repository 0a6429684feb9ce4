/** Whether a page uses the processor. */
import type { Browser, Page } from '@playwright/test';
import { expect } from './test.ts';

/**
 * Waits until the pages of this browser have used next to nothing of a second. At first a chunk that was under way ends, and the page draws; a worker that
 * looks for work would use the whole second, every time.
 */
export async function expectAtRest(page: Page, browser: Browser): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  const seconds = async (): Promise<number> => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    return processInfo.filter(({ type }) => type === 'renderer').reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  };
  const secondsOfOne = async (): Promise<number> => {
    const before = await seconds();
    await page.waitForTimeout(1000);
    return (await seconds()) - before;
  };
  await expect.poll(secondsOfOne, { timeout: 30_000 }).toBeLessThan(0.1);
}
