/**
 * The `test` of every spec that opens the app. It fails a test whose page complains: an error on the console, an error that nobody
 * caught, a violation of the policy on the page or in a worker, or a request that leaves this machine. The service worker is kept
 * out, except where a spec asks for it: it would answer in place of the servers, and fill its cache during every test.
 */
import { expect, test as base, type BrowserContext, type Page } from '@playwright/test';
import { installEar, type Heard } from './ear.ts';

interface Options {
  /** Complaints that a test causes on purpose. */
  readonly tolerated: RegExp;
}

interface Fixtures {
  /** Fails the test if its context complained. */
  readonly health: undefined;
  /** What the page has heard from its trainer so far, with all digits. */
  readonly heard: () => Promise<Heard>;
}

export const test = base.extend<Options & Fixtures>({
  tolerated: [/(?!)/, { option: true }],
  serviceWorkers: 'block',
  health: [
    async ({ context, tolerated }, use) => {
      const found = await watch(context);
      await use(undefined);
      expect(found.filter((complaint) => !tolerated.test(complaint))).toEqual([]);
    },
    { auto: true },
  ],
  heard: async ({ page }, use) => {
    await use(await hear(page));
  },
});

export { expect };

/** Listens to the trainer of every document that the page opens from now on. */
export async function hear(page: Page): Promise<() => Promise<Heard>> {
  await page.addInitScript(installEar);
  return () => page.evaluate(() => window.heard());
}

/** Collects what a healthy context never produces. */
export async function watch(context: BrowserContext): Promise<string[]> {
  const found: string[] = [];
  const report = (name: string, text: string): void => void found.push(`${name}: ${text}`);
  context.on('console', (message) => {
    if (message.type() === 'error') report('console', message.text());
  });
  context.on('weberror', (error) => report('error', error.error().message));
  context.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && hostname !== 'localhost') report('request', request.url());
  });
  await context.exposeFunction('reportViolation', (text: string) => report('policy', text));
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => window.reportViolation(`${event.violatedDirective} ${event.blockedURI}`));
  });
  context.on('page', (page) => {
    page.on('worker', (worker) => {
      // A worker that is gone by now has nothing to say.
      worker.evaluate(reportViolationsOfWorker).catch(() => undefined);
    });
  });
  return found;
}

/** Runs in a worker: violations there do not reach the page, but its console does. */
function reportViolationsOfWorker(): void {
  addEventListener('securitypolicyviolation', (event) => {
    console.error(`policy: ${event.violatedDirective}`);
  });
}

declare global {
  interface Window {
    /** Tells the test of a violation of the policy. */
    reportViolation(text: string): void;
  }
}
