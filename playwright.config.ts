/**
 * Browser tests against the release build. One server serves dist/ as a good host would, one without cross-origin isolation, one the
 * pages of e2e/pages; their addresses are in e2e/addresses.ts. `npm run e2e` builds all of it first.
 */
import { defineConfig } from '@playwright/test';
import { ports } from './e2e/addresses.ts';
import { findBrowser, launchArguments } from './scripts/lib/browser.mjs';

const server = (folder: string, port: number, flag = '') => ({
  command: `node scripts/serve.mjs ${folder} ${String(port)} ${flag}`,
  url: `http://localhost:${String(port)}/`,
  reuseExistingServer: false,
});

export default defineConfig({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  outputDir: 'test-results',
  timeout: 60_000,
  retries: 0,
  workers: 1,
  forbidOnly: true,
  reporter: [['list'], ['json', { outputFile: '.cache/playwright.json' }]],
  use: {
    baseURL: `http://localhost:${String(ports.app)}/`,
    viewport: { width: 1440, height: 900 },
    launchOptions: { executablePath: await findBrowser(), args: launchArguments },
    trace: 'off',
    screenshot: 'only-on-failure',
  },
  webServer: [server('dist', ports.app), server('dist', ports.plain, '--plain'), server('.cache/test-pages', ports.testPages)],
});
