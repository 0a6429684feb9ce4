/** Export from the page: a zip with what its README promises, or the reason why not. */
import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { button, expectStepBeyond, openApp, runToEnd } from './lib/app.ts';
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

test('saves a fine-tuned model as it stands: merged, and what LoRA learned by itself', async ({ page }) => {
  await openApp(page, '#task=text&text=plays&model=pretrained&tune=lora&rank=2&steps=2&n=50');
  await runToEnd(page, 60_000);
  await button(page, 'Export').click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /^Trained model/ }).click()]);
  expect(download.suggestedFilename()).toBe('text-model.zip');
  const files = unzipSync(new Uint8Array(readFileSync(await download.path())));
  const adapter = ['adapter_config.json', 'adapter_model.safetensors', 'base.safetensors'];
  expect(Object.keys(files).sort()).toEqual(['README.md', ...adapter, 'model.py', 'model.safetensors', 'tokenizer.json']);
  expect(files['model.safetensors']?.length).toBeGreaterThan(6_000_000);
  expect(new TextDecoder().decode(files['README.md'])).toContain('What it has read');
});

test('offers no model of a table', async ({ page }) => {
  await openApp(page, small);
  await button(page, 'Export').click();
  await expect(page.getByRole('button', { name: /PyTorch/ })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Trained model/ })).toHaveCount(0);
});

test('says by name what Keras does not have', async ({ page }) => {
  await openApp(page, `${small}&sam=0.1`);
  await button(page, 'Export').click();
  await page.getByRole('button', { name: /Keras/ }).click();
  await expect(page.getByText('Keras does not have sharpness-aware steps')).toBeVisible();
});
