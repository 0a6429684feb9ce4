/** The contract of trainers, which Node checks against the inline form, against the worker form in real Chromium. */
import { trainerContract } from '../src/testing/trainer-contract.ts';
import { testPageUrl } from './addresses.ts';
import { expect, test } from './lib/test.ts';

const titles = trainerContract(() => Promise.reject(new Error('Only the titles are read here.'))).map(({ title }) => title);

for (const title of titles) {
  test(`the worker form: ${title}`, async ({ page }) => {
    await page.goto(testPageUrl('trainer'));
    await page.waitForFunction(() => typeof window.checkClause === 'function');
    await expect(page.evaluate((name) => window.checkClause(name), title)).resolves.toBeUndefined();
  });
}
