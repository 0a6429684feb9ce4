/** Lanes in a headless Chromium: the bench's page, built like the release and served with the app's headers, one worker a lane. */
import { chromium } from '@playwright/test';
import type { Page } from '@playwright/test';
import { findBrowser, launchArguments } from '../scripts/lib/browser.mjs';
import { root, runTool } from '../scripts/lib/process.mjs';
import { serve } from '../scripts/lib/serve.mjs';
import type { EngineName } from '../src/engine/engines.ts';
import { appLane } from './app-lane.ts';
import type { BenchPage } from './browser/page.ts';
import type { Answers, Products, Question, Roof } from './browser/question.ts';
import type { BrowserContender } from './contenders.ts';
import type { Lane } from './lane.ts';
import { openProfiler } from './profile.ts';
import type { Share } from './profile.ts';

declare const bench: BenchPage;

/** An open browser. */
export interface BenchBrowser {
  /** As in `Chromium 156.0.…`. */
  readonly version: string;
  /** A lane on a row, given as a link of the app. */
  lane(contender: BrowserContender, link: string): Lane;
  /** A lane of the whole app with an engine. */
  appLane(contender: string, engine: EngineName, link: string): Lane;
  /** Whether an engine's device only pretends to be a GPU, or is missing. */
  isPretended(engine: EngineName): Promise<boolean>;
  /** What one core can do in WebAssembly. */
  roof(): Promise<Roof>;
  /** What products of 512 reach in the wasm executor. */
  products(): Promise<Products>;
  /** Where the time goes while a contender trains a row, after it has warmed up. */
  profile(contender: BrowserContender, link: string): Promise<readonly Share[]>;
  close(): Promise<void>;
}

const warmSeconds = 1;
const profiledSeconds = 2;

async function buildPage(): Promise<void> {
  const args = ['build', '--config', 'vite.bench.config.ts', '--logLevel', 'warn'];
  const code = Number(await runTool('vite/bin/vite.js', args, { output: 'stderr' }));
  if (code !== 0) throw new Error(`Building the page of the bench failed (code ${code}).`);
}

/** Builds the page, serves it and opens it. */
export async function openBrowser(): Promise<BenchBrowser> {
  await buildPage();
  const { url, close } = await serve({ folder: `${root}/.cache/bench`, port: 0, host: '127.0.0.1' });
  const executablePath: string = await findBrowser();
  const browser = await chromium.launch({ executablePath, args: launchArguments });
  const page = await browser.newPage();
  await page.goto(url);
  await page.waitForFunction(() => 'bench' in globalThis);
  let count = 0;
  return {
    version: `Chromium ${browser.version()}`,
    lane: (contender, link) => browserLane(page, `${++count}`, contender.name, { ask: 'open', contender, link }),
    appLane: (contender, engine, link) => appLane(browser, contender, engine, link),
    isPretended: async (engine) => (await askOnce(page, `${++count}`, { ask: 'isPretended', engine })) as Answers['isPretended'],
    roof: async () => (await askOnce(page, `${++count}`, { ask: 'roof' })) as Answers['roof'],
    products: async () => (await askOnce(page, `${++count}`, { ask: 'products' })) as Answers['products'],
    async profile(contender, link) {
      const profiler = await openProfiler(page);
      const lane = browserLane(page, `${++count}`, contender.name, { ask: 'open', contender, link });
      await lane.open();
      await lane.turn(warmSeconds);
      const shares = await profiler.during(async () => {
        await lane.turn(profiledSeconds);
      });
      await lane.close();
      return shares;
    },
    async close() {
      await browser.close();
      await close();
    },
  };
}

function workerOf(page: Page, id: string) {
  return {
    start: () => page.evaluate((lane) => bench.start(lane), id),
    ask: (question: Question) => page.evaluate((what) => bench.ask(what.id, what.question), { id, question }),
    end: () => page.evaluate((lane) => bench.end(lane), id),
  };
}

/** Asks a worker that is there for one question alone. */
async function askOnce(page: Page, id: string, question: Question) {
  const worker = workerOf(page, id);
  await worker.start();
  return worker.ask(question).finally(worker.end);
}

function browserLane(page: Page, id: string, contender: string, opening: Question): Lane {
  const worker = workerOf(page, id);
  return {
    contender,
    async open() {
      await worker.start();
      return (await worker.ask(opening)) as Answers['open'];
    },
    turn: async (seconds) => (await worker.ask({ ask: 'turn', seconds })) as Answers['turn'],
    close: worker.end,
  };
}
