/** Ways to break what the app stands on, as a driver, a browser or a host would. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type Page, type Worker } from '@playwright/test';
import { findBrowser, launchArguments } from '../../scripts/lib/browser.mjs';
import { ports } from '../addresses.ts';

/** The worker that trains. */
function trainerOf(page: Page): Worker {
  const [worker] = page.workers();
  if (worker === undefined) throw new Error('The page has no worker.');
  return worker;
}

/** Ends the worker from inside. No event tells the page. */
export async function killWorker(page: Page): Promise<void> {
  const worker = trainerOf(page);
  const closed = new Promise((resolve) => worker.once('close', resolve));
  // The answer to this may be lost with the worker.
  worker.evaluate(() => close()).catch(() => undefined);
  await closed;
}

/** From now on the worker remembers the devices it opens, so that they can be taken away. */
export async function rememberDevices(page: Page): Promise<void> {
  await trainerOf(page).evaluate(() => {
    const scope = globalThis as unknown as { lose?: () => void };
    type Call = (this: unknown, ...parameters: unknown[]) => unknown;
    const requesting = GPUAdapter.prototype as unknown as { requestDevice: Call };
    const { requestDevice } = requesting;
    requesting.requestDevice = async function (...parameters) {
      const device = (await requestDevice.apply(this, parameters)) as GPUDevice;
      scope.lose = () => device.destroy();
      return device;
    };
    const drawing = OffscreenCanvas.prototype as unknown as { getContext: Call };
    const { getContext } = drawing;
    drawing.getContext = function (...parameters) {
      const context = getContext.apply(this, parameters);
      if (context instanceof WebGL2RenderingContext) scope.lose = () => context.getExtension('WEBGL_lose_context')?.loseContext();
      return context;
    };
  });
}

/** Takes away the device that was opened last. */
export async function loseDevice(page: Page): Promise<void> {
  await trainerOf(page).evaluate(() => {
    const { lose } = globalThis as unknown as { lose?: () => void };
    if (lose === undefined) throw new Error('No device was opened.');
    lose();
  });
}

/** A browser of its own, for tests that crash it or that need other switches. */
export async function launchBrowser({
  without = [],
  extra = [],
}: {
  without?: readonly string[];
  extra?: readonly string[];
}): Promise<Browser> {
  const args = [...launchArguments.filter((argument) => !without.includes(argument)), ...extra];
  return chromium.launch({ executablePath: await findBrowser(), args });
}

/** The release, for pages outside Playwright's own context. */
export const appUrl = `http://localhost:${String(ports.app)}/`;

/** A page of somebody else's, on a server of its own. */
export async function servePage(html: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((_request, response) => response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(html));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${String(port)}/`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
