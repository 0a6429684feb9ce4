/** What may be asked beside training: a rate from a range test, and the numbers of one weight. By keyboard where it matters. */
import AxeBuilder from '@axe-core/playwright';
import { openApp, runToEnd } from './lib/app.ts';
import { expect, test } from './lib/test.ts';

test('a range test suggests rates, and one of them is taken by keyboard', async ({ page }) => {
  await openApp(page, '#task=moons&engine=tfjs-cpu');
  const find = page.getByRole('button', { name: 'Find a rate' });
  await expect(find).toBeEnabled();
  await find.press('Enter');
  const chart = page.getByRole('group', { name: 'Range test chart' });
  await expect(chart.getByRole('button', { name: /^Valley/ })).toBeVisible();
  await expect(chart).toContainText('start of training');
  const plot = chart.getByRole('slider');
  await plot.press('End');
  await plot.press('Enter');
  await expect(page.getByLabel('Learning rate', { exact: true })).toHaveValue('10');
  await chart.getByRole('button', { name: /^Valley/ }).press('Enter');
  await expect(page.getByLabel('Learning rate', { exact: true })).not.toHaveValue('10');
  await chart.getByRole('button', { name: 'Show as table' }).click();
  await expect(page.getByRole('region', { name: 'Range test as a table' })).toBeVisible();
  expect((await new AxeBuilder({ page }).setLegacyMode(true).analyze()).violations).toEqual([]);
});

test('late in a run, where the loss falls within its noise, no rate is suggested, and the page says why', async ({ page }) => {
  await openApp(page, '#task=moons&epochs=1000&steps=500&engine=tfjs-cpu&pace=1000000');
  await runToEnd(page);
  await page.getByRole('button', { name: 'Find a rate' }).click();
  const chart = page.getByRole('group', { name: 'Range test chart' });
  await expect(chart).toContainText('Nothing is suggested: the loss falls by no more than it differs from batch to batch.');
  await expect(chart.getByRole('button', { name: /^(Valley|Steepest|Minimum)/ })).toHaveCount(0);
  await chart.getByRole('button', { name: 'Show as table' }).click();
  await expect(chart.getByRole('caption')).toContainText(/One of every \d+ steps, of \d+/);
});

test('the rule of the optimizer shows the numbers of a step for the weight that is chosen', async ({ page }) => {
  await openApp(page, '#task=moons&opt=sgd&engine=tfjs-cpu');
  await expect(page.getByRole('list', { name: 'Rule of the optimizer' })).toContainText('w ← w −');
  await page.getByRole('button', { name: /numbers of one weight/ }).click();
  await page.getByRole('button', { name: 'One step' }).click();
  const numbers = page.getByRole('list', { name: 'Rule with the numbers of step 1' });
  await expect(numbers).toContainText('=');
  await page.getByLabel('Tensor').selectOption('layer 1 biases');
  await expect(page.getByText('press One step, or Run')).toBeVisible();
  await page.getByRole('button', { name: 'One step' }).click();
  await expect(page.getByRole('list', { name: 'Rule with the numbers of step 2' })).toContainText('=');
  expect((await new AxeBuilder({ page }).setLegacyMode(true).analyze()).violations).toEqual([]);
});
