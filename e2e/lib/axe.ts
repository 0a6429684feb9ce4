/** What axe finds on a page, as an expectation. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Fails with the rules that are broken and where; `state` says of what the page was. */
export async function expectNoViolation(page: Page, state: string): Promise<void> {
  // Colours must have settled: axe would measure one on its way to another.
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined))));
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode(true)
    .options({ resultTypes: ['violations'] })
    .analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(' ')} ${failureSummary ?? ''}`).join('; ')}`); // prettier-ignore
  expect(found, state).toEqual([]);
}
