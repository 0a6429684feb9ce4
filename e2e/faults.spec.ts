/** What may go wrong around the app: workers that die, devices that are lost, files and storage that are refused, poor hosts. */
import { plainUrl } from './addresses.ts';
import { button, expectEnd, expectReady, expectStepBeyond, fast, openApp, runToEnd, status } from './lib/app.ts';
import { appUrl, killWorker, launchBrowser, loseDevice, rememberDevices, servePage } from './lib/faults.ts';
import { expect, hear, test, watch } from './lib/test.ts';

test('a worker that is killed: busy after 2 s, an offer after 15 s, and the same numbers in the end', async ({ page, context, heard }) => {
  const hash = '#steps=600&engine=tfjs-cpu&changes=20:lr:0.02';
  await openApp(page, `${hash}&pace=60`);
  await button(page, 'Run').click();
  await expect.poll(async () => (await heard()).checkpointStep ?? 0, { timeout: 20_000 }).toBeGreaterThan(0);
  await killWorker(page);
  const killed = Date.now();
  await expect(status(page)).toContainText('Engine busy.');
  expect(Date.now() - killed).toBeGreaterThan(1500);
  await expect(page.getByRole('alert')).toHaveCount(0);
  const offer = page.getByRole('alert').getByRole('button', { name: /^Restart from step \d+$/ });
  await expect(offer).toBeVisible({ timeout: 25_000 });
  expect(Date.now() - killed).toBeGreaterThan(14_000);
  await expect(page.getByRole('alert')).toContainText('The engine has not answered for 15 seconds.');
  await offer.click();
  await expect(offer).toBeHidden();
  await expectEnd(page);

  const undisturbed = await context.newPage();
  const heardThere = await hear(undisturbed);
  await openApp(undisturbed, `${hash}&pace=1000000`);
  await runToEnd(undisturbed);
  const [here, there] = [await heard(), await heardThere()];
  expect(here.snapshot?.end).toEqual(there.snapshot?.end);
  expect(here.snapshot?.changes).toEqual(there.snapshot?.changes);
  expect(here.curves).toEqual(there.curves);
});

for (const engine of ['webgpu', 'tfjs-webgl'] as const) {
  test(`a lost ${engine} device: the page says so and the run goes on with another engine`, async ({ page, heard }) => {
    await openApp(page, '#engine=tfjs-cpu');
    await rememberDevices(page);
    await page.evaluate((name) => (location.hash = `#engine=${name}&steps=150&pace=40`), engine);
    await expect(page.getByRole('button', { name: /^Engine: Web/ })).toBeVisible({ timeout: 30_000 });
    await expectReady(page);
    await button(page, 'Run').click();
    await expectStepBeyond(page, 10);
    await loseDevice(page);
    const alert = page.getByRole('alert');
    await expect(alert).toContainText(engine === 'webgpu' ? 'The WebGPU device was lost' : 'The browser took the WebGL context away', { timeout: 30_000 }); // prettier-ignore
    await expect(alert).toContainText(/The run goes on with (?!.*never)/);
    await alert.getByRole('button', { name: 'Go on' }).click();
    await expect(alert).toHaveCount(0);
    await expectEnd(page);
    const { snapshot, engine: report, faults } = await heard();
    expect(snapshot?.end).toMatchObject({ reason: 'steps', step: 150 });
    expect(report?.engine).not.toBe(engine);
    expect(faults).toMatchObject([{ kind: 'deviceLost', continuesOn: report?.engine }]);
  });
}

test('a crash of the GPU process: the page says so and goes on', async () => {
  const browser = await launchBrowser({ extra: ['--disable-gpu-process-crash-limit', '--disable-domain-blocking-for-3d-apis'] });
  try {
    const page = await browser.newPage();
    const heard = await hear(page);
    await page.goto(`${appUrl}#engine=tfjs-webgpu&steps=150&pace=40`);
    await expectReady(page);
    await button(page, 'Run').click();
    await expectStepBeyond(page, 10);
    const session = await browser.newBrowserCDPSession();
    // The answer may be lost in the crash.
    session.send('Browser.crashGpuProcess').catch(() => undefined);
    await expect(page.getByRole('alert')).toContainText(/device was lost.*The run goes on with/, { timeout: 30_000 });
    await expectEnd(page);
    expect((await heard()).snapshot?.end).toMatchObject({ reason: 'steps', step: 150 });
  } finally {
    await browser.close();
  }
});

test('an engine that is asked for but missing: another takes over, and the page says why', async () => {
  const browser = await launchBrowser({ without: ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'], extra: ['--disable-features=WebGPU'] }); // prettier-ignore
  try {
    const context = await browser.newContext();
    const found = await watch(context);
    const page = await context.newPage();
    await page.goto(`${appUrl}#engine=tfjs-webgpu&steps=20&pace=1000000`);
    await expectReady(page);
    const badge = page.getByRole('button', { name: /^Engine: / });
    await expect(badge).not.toContainText('WebGPU');
    await badge.click();
    await expect(page.getByText(/(tfjs-webgpu|WebGPU, tfjs) was asked for but cannot be had here: (This browser has no WebGPU|WebGPU finds no graphics adapter here)/)).toBeVisible(); // prettier-ignore
    await page.keyboard.press('Escape');
    await runToEnd(page);
    await expect(status(page)).toContainText('Finished');
    expect(found).toEqual([]);
  } finally {
    await browser.close();
  }
});

test.describe('with a data file that cannot be had', () => {
  test.use({ tolerated: /Failed to load resource/ });

  test('says which one, and trains everything else', async ({ page }) => {
    await page.route('**/data/*.bin', (route) => route.abort());
    await page.goto(`/#task=digits&${fast}`);
    const alert = page.getByRole('alert');
    await expect(alert).toContainText('the data file digits-28.bin could not be loaded');
    await page.evaluate((hash) => (location.hash = hash), `#task=xor&steps=20&${fast}`);
    await expectReady(page);
    await expect(alert).toHaveCount(0);
    await runToEnd(page);
    await page.unroute('**/data/*.bin');
    await page.evaluate((hash) => (location.hash = hash), `#task=digits&pixels=14&steps=3&${fast}`);
    await expectReady(page);
    await runToEnd(page);
  });

  test('can be asked again once it is there', async ({ page }) => {
    await page.route('**/data/*.bin', (route) => route.fulfill({ status: 500, body: '' }));
    await page.goto(`/#task=digits&pixels=14&steps=3&${fast}`);
    const alert = page.getByRole('alert');
    await expect(alert).toContainText('the data file digits-14.bin could not be loaded (status 500)');
    await page.unroute('**/data/*.bin');
    await alert.getByRole('button', { name: 'Start again' }).click();
    await expectReady(page);
    await expect(alert).toHaveCount(0);
    await runToEnd(page);
  });
});

test('works where storage is refused', async ({ page }) => {
  await page.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches'])
      Object.defineProperty(window, name, { get: () => { throw new DOMException('Access is denied.', 'SecurityError'); } }); // prettier-ignore
  });
  await openApp(page, `#steps=20&${fast}`);
  expect(await page.evaluate(() => { try { return localStorage.length; } catch { return 'refused'; } })).toBe('refused'); // prettier-ignore
  await button(page, 'Theme').click();
  await page.getByRole('radio', { name: 'Dark' }).check();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await runToEnd(page);
});

test('works on a host that sends neither COOP nor COEP, under the same policy', async ({ page }) => {
  const policies = new Map<string, string | undefined>();
  page.on('response', (response) => policies.set(new URL(response.url()).pathname, response.headers()['content-security-policy']));
  await page.goto(`${plainUrl}#task=digits&pixels=14&steps=5&${fast}`);
  await expectReady(page);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  await runToEnd(page);
  const workers = [...policies].filter(([path]) => path.startsWith('/assets/worker-'));
  expect(workers.length).toBeGreaterThan(0);
  for (const [path, policy] of policies) expect(policy, path).toContain("default-src 'none'");
});

test('works inside a frame of another page', async ({ page }) => {
  const lesson = await servePage(`<title>Lesson</title><iframe title="Tuning Fork" src="${appUrl}#steps=20&${fast}" width="1200" height="800"></iframe>`); // prettier-ignore
  try {
    await page.goto(lesson.url);
    const frame = page.frames().find((one) => one.parentFrame() !== null);
    if (frame === undefined) throw new Error('The frame did not open.');
    await expectReady(frame);
    expect(await frame.evaluate(() => crossOriginIsolated)).toBe(false);
    await runToEnd(frame);
    await expect(status(frame)).toContainText('Finished');
  } finally {
    await lesson.close();
  }
});
