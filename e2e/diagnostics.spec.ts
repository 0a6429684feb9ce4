/** The charts beyond the four: chosen by keyboard, measured while shown, in the link, remembered, and nothing for axe to find. */
import AxeBuilder from '@axe-core/playwright';
import { button, chart, expectReady, fast, openApp, openGroup, runToEnd, tableOf, showAsTable } from './lib/app.ts';
import { expect, test } from './lib/test.ts';

const small = `#task=moons&act=relu&layers=4&epochs=20&${fast}`;

test('a chart chosen by keyboard is measured, drawn and in the link; one that costs nothing is remembered', async ({ page }) => {
  await openApp(page, small);
  await expect(page.getByRole('group', { name: /chart$/ })).toHaveCount(4);
  await button(page, 'More charts').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await expect(page.getByRole('checkbox', { name: 'Update ratio chart' })).toBeChecked();
  await expect(page).toHaveURL(/updates=1/);
  await page.getByRole('checkbox', { name: 'Idle units chart' }).check();
  await expectReady(page);
  await runToEnd(page);
  await showAsTable(page, 'Update ratio');
  // Charts lag the status a little.
  const headingOf = async () => (await tableOf(page, 'Update ratio'))[0];
  await expect.poll(headingOf).toEqual(['step', 'layer 1', 'output']);
  await expect.poll(async () => (await tableOf(page, 'Update ratio')).length).toBeGreaterThan(11);
  await expect(chart(page, 'Idle units: dead')).toContainText('dead at step');
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await page.reload();
  await expectReady(page);
  await expect(chart(page, 'Update ratio')).toBeAttached();
  await expect(chart(page, 'Idle units: dead')).toBeAttached();
  await button(page, 'More charts').click();
  await page.getByRole('checkbox', { name: 'Update ratio chart' }).uncheck();
  await expect(page).not.toHaveURL(/updates=1/);
  await expect(chart(page, 'Update ratio')).toHaveCount(0);
});

test('the noise scale stands beside the batch size, and the threshold goes to the 90th percentile live', async ({ page }) => {
  await openApp(page, `${small}&noiseScale=1&clip=norm&clipAt=0.01&lock=lr`);
  await runToEnd(page);
  await openGroup(page, 'Batch size');
  await expect(page.getByText(/^B_noise /)).toBeVisible();
  await openGroup(page, 'Gradient clipping');
  await expect(page.getByText('mostly a smaller learning rate in disguise').first()).toBeVisible();
  const set = page.getByRole('button', { name: /^Set to the 90th percentile/ });
  const [, percentile = ''] = /, ([\d.]+)$/.exec((await set.textContent()) ?? '') ?? [];
  await set.click();
  await expect(page.getByRole('textbox', { name: 'Clipping threshold', exact: true })).toHaveValue(percentile);
});

for (const [width, height] of [
  [1440, 900],
  [1024, 768],
  [390, 844],
] as const) {
  test(`the bar stays in sight at ${width} × ${height}, however many charts there are`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await openApp(page, `${small}&updates=1&noiseScale=1&sharpness=5`);
    if (width < 760) await page.getByRole('tab', { name: 'Charts' }).click();
    await button(page, 'More charts').click();
    const beyond = await page.evaluate(() => (document.scrollingElement?.scrollHeight ?? 0) - innerHeight);
    expect(beyond).toBeLessThanOrEqual(0);
  });
}
