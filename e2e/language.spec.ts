/** A language model on the page: samples as it learns, a prompt beside training, each token's alternatives, attention; by keyboard where it matters. */
import { button, expectReady, expectStepBeyond, openApp, openGroup, status, stepOf } from './lib/app.ts';
import { expectNoViolation } from './lib/axe.ts';
import { expect, test } from './lib/test.ts';

test('text turns as it learns, and prompts are answered while it trains, rests and has ended', async ({ page }) => {
  await openApp(page, '#task=text&text=names&width=128&context=32&batch=2&evalEvery=20&engine=wasm');
  const samples = page.getByRole('region', { name: 'Samples' }).getByRole('listitem');
  await expect(samples.first()).toContainText('step 0');
  await button(page, 'Run').click();
  await expectStepBeyond(page, 60);
  const prompt = page.getByRole('textbox', { name: 'Prompt' });
  await prompt.fill('Mari');
  await page.getByRole('textbox', { name: 'New tokens' }).fill('5000');
  await button(page, 'Generate').click();
  const answer = page.getByRole('region', { name: 'Answer' });
  await expect(answer).toContainText(/^Mari.{20}/s);
  const [before, length] = [await stepOf(page), (await answer.textContent())?.length ?? 0];
  await expectStepBeyond(page, before);
  await expect.poll(async () => (await answer.textContent())?.length ?? 0).toBeGreaterThan(length);
  await button(page, 'Stop').click();
  await expect(page.getByRole('region', { name: 'Prompt' })).toContainText(
    /Stopped with the weights of step [\d,]+: [\d,]+ tokens, .* tokens\/s\./,
  );
  await button(page, 'Pause').click();
  await expect(status(page)).toContainText(/Paused\..*perplexity/);
  await expect(page.getByRole('button', { name: /^Engine: .* tokens\/s$/ })).toBeVisible();
  expect(await samples.count()).toBeGreaterThan(2);
  await prompt.fill('Zoë');
  await prompt.press('Control+Enter');
  await expect(prompt).toHaveAccessibleDescription(/does not have "ë"/);
  await page.getByRole('textbox', { name: 'Temperature' }).fill('-1');
  await page.getByRole('textbox', { name: 'Temperature' }).press('Enter');
  await expect(page.getByRole('textbox', { name: 'Temperature' })).toHaveAccessibleDescription(/between 0 and 5/);
});

test('tokens and heads can be looked into by keyboard, and axe finds nothing', async ({ page }) => {
  await openApp(page, '#task=text&text=names&n=200&width=32&depth=1&heads=2&context=32&engine=wasm');
  await button(page, 'One epoch').click();
  await expect(status(page)).toContainText('Paused.', { timeout: 20_000 });
  // What is said of a token is said once, as it was judged when the key was pressed.
  await expect(page.getByText(/Weights of step \d/)).toBeVisible();
  const tokens = page.getByRole('listbox', { name: 'Held-out text, token by token' });
  await tokens.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(tokens.getByRole('option', { selected: true })).toHaveCount(1);
  await expect(page.getByText(/probability .* nats\. Likeliest:/)).toBeAttached();
  const attention = page.getByText('Attention: where each head looks');
  await attention.focus();
  await page.keyboard.press('Enter');
  const map = page.getByRole('img', { name: /^Layer 1, head 1: on average/ });
  await expect(map).toBeVisible();
  await expect(map).toHaveAccessibleName(/on average over tokens 2 to 32, /);
  await expect(page.getByText('All 32 tokens. Each row is a token')).toBeVisible();
  await page.getByRole('combobox', { name: 'Head', exact: true }).selectOption('2');
  await expect(page.getByRole('img', { name: /^Layer 1, head 2: on average/ })).toBeVisible();
  await page.getByRole('button', { name: 'Show as a table' }).press('Enter');
  await expect(page.getByRole('region', { name: 'Attention as a table' })).toBeVisible();
  await tokens.getByRole('option').nth(5).hover();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expectNoViolation(page, `tokens and attention, ${colorScheme}`);
  }
});

test('a sequence task is asked in its own symbols', async ({ page }) => {
  await openApp(page, '#task=copy&length=3&width=16&depth=1&engine=wasm');
  const question = page.getByRole('textbox', { name: /^Question/ });
  await question.fill('cab=');
  await button(page, 'Generate').click();
  await expect(page.getByRole('region', { name: 'Answer' })).toHaveText(/^cab=[a-j=]{3}$/);
  await question.fill('cXb=');
  await button(page, 'Generate').click();
  await expect(question).toHaveAccessibleDescription(/does not have "X"/);
});

test('a link about somebody’s own text asks for one, refuses what is none, learns it, and does not carry it', async ({ page }) => {
  await page.goto('/#task=text&text=own&tokenizer=bpe&vocab=300&n=100&width=16&depth=1&context=16&engine=wasm');
  await expect(status(page)).toContainText('Waiting for a text.');
  await expect(page.getByRole('alert')).toContainText('no link carries it');
  for (const width of [390, 768]) {
    // Words above their buttons: beside them they would be a column of single letters.
    await page.setViewportSize({ width, height: 900 });
    expect((await page.getByRole('alert').boundingBox())?.height).toBeLessThan(180);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await openGroup(page, 'Data');
  const paste = page.getByRole('textbox', { name: 'Paste a text' });
  await paste.fill('Too short a text.');
  await button(page, 'Learn from it').click();
  await expect(paste).toHaveAccessibleDescription(/at least 1,000 are needed/);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await expectNoViolation(page, 'waiting for a text');
  const text = 'It was the best of times, it was the worst of times.\n'.repeat(100);
  await page
    .getByLabel('Text file')
    .first()
    .setInputFiles({ name: 'diary.txt', mimeType: 'text/plain', buffer: Buffer.from(text) });
  await expectReady(page);
  await expect(
    page.getByText(/Learning from diary.txt: 5,300 characters. It gives \d+ windows to train on and \d+ to judge by\.$/),
  ).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await button(page, 'Share').click();
  await expect(page.getByText('It does not carry your text')).toBeVisible();
  expect(page.url()).not.toContain('times');
});

test('a run on another text of one’s own is not drawn behind the present one, though name and length are the same', async ({ page }) => {
  await page.goto('/#task=text&text=own&width=16&depth=1&heads=2&context=16&engine=wasm');
  await openGroup(page, 'Data');
  const loss = page.getByRole('group', { name: 'Loss chart' });
  const learnOneStep = async (text: string): Promise<void> => {
    const buffer = Buffer.from(`${text}\n`.repeat(100));
    await page.getByLabel('Text file').first().setInputFiles({ name: 'diary.txt', mimeType: 'text/plain', buffer });
    await expect(status(page)).toContainText('Ready.');
    await button(page, 'One step').click();
    await expect(status(page)).toContainText('Paused.');
  };
  await learnOneStep('It was the best of times, it was the worst of times.');
  await expect(loss).not.toContainText('previous run');
  await learnOneStep('It was the best of hours, it was the worst of hours.');
  await expect(loss).toContainText('previous run: on another text, so not drawn');
  // The same text again: what was drawn of it can be compared.
  await button(page, 'Reset').click();
  await expect(status(page)).toContainText('Ready.');
  await expect(loss).not.toContainText('previous run');
});
