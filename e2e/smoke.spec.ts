/** The release opens under its own policy, anywhere it may be hosted, and the browser of the tests has what the other tests need. */
import { expect, test, type Page } from '@playwright/test';
import { plainUrl, ports, testPageUrl } from './addresses.ts';

/** Collects what a healthy page never produces: errors, complaints of the policy, requests elsewhere. */
function complaints(page: Page): string[] {
  const found: string[] = [];
  page.on('pageerror', (error) => found.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') found.push(message.text());
  });
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (hostname !== 'localhost' && protocol.startsWith('http')) found.push(`request to ${request.url()}`);
  });
  return found;
}

test('opens under its policy, isolated, and without a complaint', async ({ page }) => {
  const found = complaints(page);
  const response = await page.goto('/');
  const headers = response?.headers() ?? {};
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(headers['x-content-type-options']).toBe('nosniff');
  await expect(page.getByText('Tuning Fork').first()).toBeVisible();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  expect(found).toEqual([]);
});

test('every script it loads carries the policy and, where its name has a hash, is kept for ever', async ({ page }) => {
  const seen: { path: string; policy: string | undefined; cache: string | undefined }[] = [];
  page.on('response', (response) => {
    const headers = response.headers();
    seen.push({ path: new URL(response.url()).pathname, policy: headers['content-security-policy'], cache: headers['cache-control'] });
  });
  await page.goto('/');
  await expect(page.getByText('Tuning Fork').first()).toBeVisible();
  const assets = seen.filter(({ path }) => path.startsWith('/assets/'));
  expect(assets.length).toBeGreaterThan(0);
  for (const { path, policy, cache } of seen) {
    expect(policy, path).toContain("default-src 'none'");
    expect(cache, path).toContain(path.startsWith('/assets/') ? 'immutable' : 'no-cache');
  }
});

test('opens without cross-origin isolation', async ({ page }) => {
  const found = complaints(page);
  await page.goto(plainUrl);
  await expect(page.getByText('Tuning Fork').first()).toBeVisible();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  expect(found).toEqual([]);
});

test('opens again without a network after one visit', async ({ page, context }) => {
  await page.goto('/');
  await page.evaluate(async () => navigator.serviceWorker.ready);
  await context.setOffline(true);
  await page.reload();
  await expect(page.getByText('Tuning Fork').first()).toBeVisible();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
});

test('answers 404 with the policy, and nothing from outside its folder', async ({ request }) => {
  const base = `http://localhost:${String(ports.app)}`;
  for (const path of ['/nothing-here', '/..%2fpackage.json', '/%2e%2e/package.json']) {
    const response = await request.get(`${base}${path}`);
    expect(response.status(), path).toBe(404);
    expect(response.headers()['content-security-policy'], path).toContain("default-src 'none'");
  }
  expect((await request.post(base)).status()).toBe(405);
});

test('the browser under test offers WebGL 2 and WebGPU to workers', async ({ page }) => {
  await page.goto(testPageUrl('index'));
  const output = page.locator('#abilities');
  await expect(output).not.toBeEmpty();
  expect(JSON.parse((await output.textContent()) ?? '')).toEqual({ isolated: true, webgl2: true, webgpu: true });
});
