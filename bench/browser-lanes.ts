/** Lanes in a headless Chromium: the bench's page, built like the release and served with the app's headers, one worker a lane. */
import { chromium } from '@playwright/test';
import { findBrowser, launchArguments } from '../scripts/lib/browser.mjs';
import { root, runTool } from '../scripts/lib/process.mjs';
import { serve } from '../scripts/lib/serve.mjs';
import type { BenchPage } from './browser/page.ts';
import type { BrowserContender } from './contenders.ts';
import type { Lane } from './lane.ts';

declare const bench: BenchPage;

/** An open browser. */
export interface BenchBrowser {
  /** As in `Chromium 156.0.…`. */
  readonly version: string;
  lane(contender: BrowserContender, link: string): Lane;
  close(): Promise<void>;
}

/** Builds the page, serves it and opens it. */
export async function openBrowser(): Promise<BenchBrowser> {
  const code = Number(
    await runTool('vite/bin/vite.js', ['build', '--config', 'vite.bench.config.ts', '--logLevel', 'warn'], { output: 'stderr' }),
  );
  if (code !== 0) throw new Error(`Building the page of the bench failed (code ${code}).`);
  const { url, close } = await serve({ folder: `${root}/.cache/bench`, port: 0, host: '127.0.0.1' });
  const executablePath: string = await findBrowser();
  const browser = await chromium.launch({ executablePath, args: launchArguments });
  const page = await browser.newPage();
  await page.goto(url);
  await page.waitForFunction(() => 'bench' in globalThis);
  let count = 0;
  return {
    version: `Chromium ${browser.version()}`,
    lane(contender, link) {
      const id = `${++count} ${contender.name}`;
      return {
        contender: contender.name,
        open: () =>
          page.evaluate(
            (what) => {
              bench.start(what.id);
              return bench.ask(what.id, 'open', what.contender, what.link);
            },
            { id, contender, link },
          ),
        turn: (seconds) => page.evaluate((what) => bench.ask(what.id, 'turn', what.seconds), { id, seconds }),
        close: () => page.evaluate((what) => bench.end(what), id),
      };
    },
    async close() {
      await browser.close();
      await close();
    },
  };
}
