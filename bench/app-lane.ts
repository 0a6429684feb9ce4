/**
 * The whole app as a lane: the release in a page of its own, its charts on, flat out. What it makes beside the engine in the bench is what the
 * page, the pictures and the record of a run cost.
 */
import type { Browser, Page } from '@playwright/test';
import { buildApp } from '../scripts/lib/build.mjs';
import { root } from '../scripts/lib/process.mjs';
import { serve } from '../scripts/lib/serve.mjs';
import { countSteps, watch } from '../scripts/measure/watch.mjs';
import type { EngineName } from '../src/engine/engines.ts';
import type { Lane } from './lane.ts';

declare const measured: { readonly step: number };

/** Shorter turns would be counted too coarsely: the page is told of steps some six times a second. In longer ones the fastest run comes to its end. */
const leastSeconds = 0.5;
/** Helpers of a run that has just begun are on their way; all other lanes are warm. */
const warmSeconds = 0.25;

/** Steps after which a run begins anew: the shortest row is over after 1,250,000. Others go on, as a user's run does. */
const longestRun = 200_000;

/** A lane of the app on a row, given as a link. */
export function appLane(browser: Browser, contender: string, engine: EngineName, link: string): Lane {
  let page: Page | undefined;
  let end = (): Promise<void> => Promise.resolve();
  const press = (name: string): Promise<void> | undefined => page?.getByRole('button', { name, exact: true }).click();
  return {
    contender,
    async open() {
      await buildApp({ output: 'stderr' });
      const { url, close } = await serve({ folder: `${root}/dist`, port: 0, host: '127.0.0.1' });
      page = await browser.newPage({ viewport: { width: 1440, height: 900 }, serviceWorkers: 'block' });
      end = async () => {
        await page?.close();
        await close();
      };
      await page.addInitScript(watch);
      await page.goto(`${url}${link}&engine=${engine}&pace=1000000`);
      await page.waitForFunction(() => 'usable' in measured && measured.usable !== undefined);
      return {
        device: engine,
        software: false,
        losses: [],
        note: 'the page with its charts on.',
      };
    },
    async turn(seconds) {
      if (page === undefined) throw new Error('The app is not open.');
      await page.bringToFront();
      await press('Run');
      await page.waitForTimeout(1000 * warmSeconds);
      const turn = await page.evaluate(countSteps, Math.max(seconds, leastSeconds));
      // One that is about to end may have no time to be paused.
      if ((await page.evaluate(() => measured.step)) > longestRun) {
        await press('Reset');
        await page.waitForFunction(() => measured.step === 0);
      } else {
        await press('Pause');
        // The chunk under way and what is drawn of it are not the next lane's.
        await page.getByRole('status').filter({ hasText: 'Paused' }).waitFor();
      }
      return turn;
    },
    close: () => end(),
  };
}
