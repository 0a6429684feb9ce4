/** Export from the page: a zip with what its README promises, or the reason why not. */
import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { button, expectStepBeyond, openApp } from './lib/app.ts';
import { expect, test } from './lib/test.ts';

const small = '#task=moons&n=50&layers=4&batch=16&epochs=10000&engine=tfjs-cpu';

test('saves the run as PyTorch while it trains on, live changes included', async ({ page }) => {
  await openApp(page, `${small}&dropout=0.1&changes=3:lr:0.01`);
  await button(page, 'Run').click();
  await expectStepBeyond(page, 3);
  await button(page, 'Export').click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /PyTorch/ }).click()]);
  expect(download.suggestedFilename()).toBe('moons-pytorch.zip');
  const files = unzipSync(new Uint8Array(readFileSync(await download.path())));
  expect(Object.keys(files).sort()).toEqual(['README.md', 'data.npz', 'expected.json', 'init.npz', 'masks.npz', 'train.py']);
  expect(new TextDecoder().decode(files['train.py'])).toContain('if step < 3:');
  await expect(page.getByText('Saved as moons-pytorch.zip.')).toBeVisible();
});

test('saves a language model with its tokenizer', async ({ page }) => {
  await openApp(page, '#task=copy&length=2&n=40&model=lstm&width=8&steps=20');
  await button(page, 'Export').click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /PyTorch/ }).click()]);
  expect(download.suggestedFilename()).toBe('copy-pytorch.zip');
  const files = unzipSync(new Uint8Array(readFileSync(await download.path())));
  expect(Object.keys(files).sort()).toEqual(['README.md', 'data.npz', 'expected.json', 'init.npz', 'tokenizer.json', 'train.py']);
  expect(new TextDecoder().decode(files['train.py'])).toContain('nn.LSTM(');
});

test('says by name what Keras does not have', async ({ page }) => {
  await openApp(page, `${small}&sam=0.1`);
  await button(page, 'Export').click();
  await page.getByRole('button', { name: /Keras/ }).click();
  await expect(page.getByText('Keras does not have sharpness-aware steps')).toBeVisible();
});
