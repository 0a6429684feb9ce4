/** After one visit the page needs no server: it reloads and trains with the server gone. */
import { expectReady, fast, runToEnd, status } from './lib/app.ts';
import { visitOnce } from './lib/offline.ts';
import { expect, test } from './lib/test.ts';

// That the server is gone is the point.
test.use({ serviceWorkers: 'allow', tolerated: /ERR_CONNECTION_REFUSED|ERR_FAILED|ERR_INTERNET_DISCONNECTED/ });

test('reloads and trains offline after one visit, digits and penguins too', async ({ page }) => {
  const url = await visitOnce(page);
  expect(await page.evaluate(() => fetch('/not-kept').then(() => 'answered', () => 'refused'))).toBe('refused'); // prettier-ignore

  for (const task of ['spiral', 'digits&pixels=14', 'digits', 'penguins']) {
    await page.goto('about:blank');
    await page.goto(`${url}#task=${task}&steps=5&${fast}`);
    await expectReady(page);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await runToEnd(page);
    await expect(status(page)).toContainText('Finished');
  }
});
