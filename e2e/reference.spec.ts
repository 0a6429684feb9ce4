/** The reference page: every parameter of the table, each under its link key, and at home in both themes. */
import AxeBuilder from '@axe-core/playwright';
import { openApp } from './lib/app.ts';
import { expect, test } from './lib/test.ts';

for (const colorScheme of ['light', 'dark'] as const) {
  test(`names every parameter and pleases axe, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.goto('/reference.html#clipAt');
    const entry = page.getByRole('article').filter({ has: page.getByRole('heading', { name: 'Clipping threshold' }) });
    await expect(entry).toBeInViewport();
    await expect(entry).toContainText('1e-4 … 100');
    await expect(entry).toContainText('max_norm');
    const keys = await page.getByRole('article').evaluateAll((articles) => articles.map(({ id }) => id));
    expect(keys.length).toBeGreaterThan(100);
    expect(new Set(keys).size).toBe(keys.length);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html ?? ''}`)).toEqual([]);
  });
}

test('is found from the help of a control', async ({ page, context }) => {
  await openApp(page, '#engine=tfjs-cpu');
  await page.getByRole('button', { name: 'Help' }).first().click();
  const opened = context.waitForEvent('page');
  await page.getByRole('link', { name: 'In the reference' }).click();
  const reference = await opened;
  await expect(reference).toHaveURL(/reference\.html#lr$/);
  await expect(reference.getByRole('heading', { name: /^Learning rate/, level: 3 })).toBeInViewport();
});
