/** For everyone: axe in every theme, size and state; every control by keyboard alone. */
import type { Page } from '@playwright/test';
import { button, chart, expectEnd, expectReady, expectStepBeyond, fast, openApp, openGroup, runToEnd, status, stepOf } from './lib/app.ts';
import { expectNoViolation } from './lib/axe.ts';
import { shippedModel } from '../src/params/shipped-model.ts';
import { expect, test } from './lib/test.ts';

const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
] as const;
const looks = ['light', 'dark', 'projector'] as const;

for (const look of looks) {
  for (const size of sizes) {
    test(`axe finds nothing in ${look} at ${String(size.width)} px, in any state`, async ({ page }) => {
      const phone = size.width < 760;
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: look === 'dark' ? 'dark' : 'light', reducedMotion: 'reduce' });
      const view = look === 'projector' ? '&view=projector' : '';
      await openApp(page, `#steps=120&engine=tfjs-cpu&pace=100${view}`);
      await expect(page.locator('html')).toHaveAttribute('data-theme', look === 'dark' ? 'dark' : 'light');
      await expectNoViolation(page, 'fresh');
      await button(page, 'Run').click();
      await expectStepBeyond(page, 10);
      await expectNoViolation(page, 'running');
      await expectEnd(page);
      await chart(page, 'Loss').getByRole('button', { name: 'Show as table' }).click();
      await expectNoViolation(page, 'ended, table open');
      await button(page, 'Share').click();
      await expect(page.getByRole('textbox', { name: 'Link' })).toBeVisible();
      await expectNoViolation(page, 'share open');
      await page.keyboard.press('Escape');
      await button(page, 'Run to step').click();
      await page.keyboard.type('x');
      await page.keyboard.press('Enter');
      await expect(page.getByText('Run to step: “x” is not a number.')).toBeVisible();
      await expectNoViolation(page, 'run to step, with a fault');
      await page.keyboard.press('Escape');
      if (phone) {
        await page.getByRole('tab', { name: 'Learned' }).click();
        await expectNoViolation(page, 'learned');
        await page.getByRole('tab', { name: 'Parameters' }).click();
      }
      await page.getByRole('button', { name: 'Help' }).first().click();
      await openEveryGroup(page);
      await expectNoViolation(page, 'help and every group open');
      await openApp(page, `#lr=NaN&nonsense=1&task=digits&pixels=14&lock=lr&sched=drawn&stop=1&clip=norm&l2=0.1&${fast}${view}`);
      await button(page, 'One step').click();
      await expect(status(page)).toContainText('Paused.');
      await expectNoViolation(page, 'digits, with problems of the link');
      if (phone) await page.getByRole('tab', { name: 'Parameters' }).click();
      await openEveryGroup(page);
      await expectNoViolation(page, 'every group open, more of them in force');
      await button(page, 'About').click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await expectNoViolation(page, 'about open');
    });
  }
}

// Text of a model that is tuned, or of one from scratch while none is shipped.
const tuned = shippedModel === undefined ? 'text=plays&width=32&depth=1&context=32' : 'text=plays&model=pretrained&tune=lora&replay=0.1';

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing while a language model is tuned, in ${colorScheme}`, async ({ page }) => {
    // A model is fetched and tuned, and six whole pages with hundreds of tokens are looked through.
    test.setTimeout(180_000);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await openApp(page, `#task=text&${tuned}&mask=1&zLoss=0.01&n=64&batch=4&evalEvery=2&steps=6&engine=wasm&pace=1000000`);
    await runToEnd(page, 120_000);
    await expect(page.getByRole('region', { name: 'Samples' }).getByRole('listitem').nth(1)).toBeVisible();
    const prompt = page.getByRole('textbox', { name: 'Prompt' });
    await prompt.fill('Ham. I');
    await page.getByRole('textbox', { name: 'New tokens' }).fill('20');
    await button(page, 'Generate').click();
    await expect(page.getByRole('region', { name: 'Prompt' })).toContainText(/tokens\/s/);
    await page.getByText('Attention: where each head looks').click();
    await expect(page.getByRole('img', { name: /^Layer 1, head 1: on average/ })).toBeVisible();
    await expectNoViolation(page, 'samples, an answer, attention open');
    const tokens = page.getByRole('listbox', { name: 'Held-out text, token by token' });
    await tokens.focus();
    await page.keyboard.press('ArrowRight');
    await expect(tokens.getByRole('option', { selected: true })).toHaveCount(1);
    await expect(tokens.locator('[data-uncounted]').first()).toBeVisible();
    await expectNoViolation(page, 'a token looked into, prompts masked');
    await openEveryGroup(page);
    await expectNoViolation(page, 'every group of a tuned model open');
    await page.setViewportSize(sizes[1]);
    for (const name of ['Learned', 'Parameters', 'Charts']) {
      await page.getByRole('tab', { name }).click();
      await expectNoViolation(page, `${name} on a phone`);
    }
  });
}

/** Opens every group of parameters. */
async function openEveryGroup(page: Page): Promise<void> {
  const closed = page.getByRole('heading', { level: 2 }).locator('button[aria-expanded="false"]');
  while ((await closed.count()) > 0) await closed.first().click();
}

test.describe('by keyboard alone', () => {
  test('Tab reaches Run, Enter presses it, Space pauses and runs', async ({ page }) => {
    await openApp(page, '#engine=tfjs-cpu&pace=60');
    await page.evaluate(() => document.body.focus());
    await tabTo(page, () => document.activeElement?.textContent === 'Run');
    await page.keyboard.press('Enter');
    await expectStepBeyond(page, 0);
    await page.keyboard.press('Enter');
    await expect(status(page)).toContainText('Paused.');
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    const paused = await stepOf(page);
    await page.keyboard.press('Space');
    await expectStepBeyond(page, paused);
    await page.keyboard.press('Space');
    await expect(status(page)).toContainText('Paused.');
  });

  test('arrows move sliders and choices', async ({ page }) => {
    await openApp(page, '#engine=tfjs-cpu');
    const slider = page.getByRole('slider', { name: 'Learning rate slider' });
    const field = page.getByRole('textbox', { name: 'Learning rate', exact: true });
    await expect(field).toHaveValue('0.03');
    await slider.focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(async () => Number(await field.inputValue())).toBeGreaterThan(0.03);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(async () => Number(await field.inputValue())).toBeLessThan(0.03);
    await expect(slider).toBeFocused();
    const list = page.getByRole('combobox', { name: 'Optimizer' });
    await list.focus();
    await expect(list).toHaveValue('adam');
    await page.keyboard.press('ArrowDown');
    await expect(list).toHaveValue('adamw');
    await openGroup(page, 'Model');
    const chips = page.getByRole('radiogroup', { name: 'Activation' });
    await chips.getByRole('radio', { checked: true }).focus();
    const before = await chips.getByRole('radio', { checked: true }).getAttribute('value');
    await page.keyboard.press('ArrowLeft');
    await expect(chips.getByRole('radio', { checked: true })).toBeFocused();
    expect(await chips.getByRole('radio', { checked: true }).getAttribute('value')).not.toBe(before);
  });

  test('help, share and about open and close, and the focus returns', async ({ page }) => {
    await openApp(page, '#engine=tfjs-cpu');
    const help = page.getByRole('button', { name: 'Help' }).first();
    await help.focus();
    await page.keyboard.press('Enter');
    await expect(help).toHaveAttribute('aria-expanded', 'true');
    await expect(page.getByText('How far each step moves the weights against the gradient.')).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(help).toHaveAttribute('aria-expanded', 'false');
    for (const [name, inside] of [
      ['Share', page.getByRole('textbox', { name: 'Link' })],
      ['Theme', page.getByRole('radio', { name: 'Dark' })],
      ['Try this', page.getByRole('button', { name: /^A rate that is too high/ })],
      ['About', page.getByRole('dialog')],
    ] as const) {
      await button(page, name).focus();
      await page.keyboard.press('Enter');
      await expect(inside, name).toBeVisible();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Escape');
      await expect(inside, name).toBeHidden();
      await expect(button(page, name), name).toBeFocused();
    }
  });

  test('Tab reaches every control of every group', async ({ page }) => {
    await openApp(page, '#task=blobs&sched=plateau&warmup=5&stop=1&clip=norm&opt=sgd&engine=tfjs-cpu');
    const headings = page.getByRole('heading', { level: 2 }).locator('button[aria-expanded]');
    for (const heading of await headings.all()) {
      if ((await heading.getAttribute('aria-expanded')) === 'true') continue;
      await heading.focus();
      await page.keyboard.press('Enter');
      await expect(heading).toHaveAttribute('aria-expanded', 'true');
    }
    const wanted = await page.locator('[data-parameter]').evaluateAll((all) => all.map((one) => one.getAttribute('data-parameter') ?? ''));
    expect(wanted.length).toBeGreaterThan(30);
    await headings.first().focus();
    const reached = new Set<string>();
    for (let presses = 0; presses < 6 * wanted.length && reached.size < wanted.length; presses++) {
      await page.keyboard.press('Tab');
      const id = await page.evaluate(() => {
        const focused = document.activeElement;
        const isControl = focused?.matches('input, select') === true;
        return isControl ? focused.closest('[data-parameter]')?.getAttribute('data-parameter') : undefined;
      });
      if (typeof id === 'string') reached.add(id);
    }
    expect([...reached].toSorted()).toEqual([...wanted].toSorted());
  });

  test('charts are read by arrows and as tables', async ({ page }) => {
    await openApp(page, `#steps=50&${fast}`);
    await button(page, 'Run').click();
    await expectEnd(page);
    const cursor = page.getByRole('slider', { name: 'Cursor on the Loss chart' });
    await cursor.focus();
    await page.keyboard.press('End');
    await expect(cursor).toHaveAttribute('aria-valuetext', /^step 50 · .*validation/);
    await page.keyboard.press('ArrowLeft');
    await expect(cursor).toHaveAttribute('aria-valuetext', /^step 49 · .*training/);
    await chart(page, 'Loss').getByRole('button', { name: 'Show as table' }).focus();
    await page.keyboard.press('Enter');
    await expect(chart(page, 'Loss').getByRole('table')).toBeVisible();
  });
});

test('on a phone the parts are tabs, moved by arrows, with the run controls in reach', async ({ page }) => {
  await page.setViewportSize(sizes[1]);
  await openApp(page, '#engine=tfjs-cpu&pace=60');
  await expect(page.getByRole('tab', { name: 'Charts' })).toHaveAttribute('aria-selected', 'true');
  await expect(button(page, 'Run')).toBeInViewport();
  await page.getByRole('tab', { name: 'Charts' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Learned' })).toBeFocused();
  await expect(page.getByRole('tabpanel', { name: 'Learned' })).toBeVisible();
  await expect(page.getByRole('tabpanel', { name: 'Charts' })).toBeHidden();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tabpanel', { name: 'Parameters' })).toBeVisible();
  await button(page, 'Run').click();
  await expectStepBeyond(page, 0);
  await expect(button(page, 'Pause')).toBeInViewport();
  // Nothing is wider than the screen.
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(sizes[1].width);
});

async function tabTo(page: Page, there: () => boolean): Promise<void> {
  for (let presses = 0; presses < 30; presses++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(there)) return;
  }
  throw new Error('Tab did not get there.');
}

test('every role that the page promises is there', async ({ page }) => {
  await openApp(page, '#engine=tfjs-cpu');
  for (const name of ['Run', 'One step', 'One epoch', 'Run to step', 'Reset', 'Share']) await expect(button(page, name)).toBeVisible();
  for (const title of ['Loss', 'Learning rate', 'Gradient norm', 'Accuracy']) {
    await expect(chart(page, title)).toBeVisible();
    await expect(chart(page, title).getByRole('button', { name: 'Show as table' })).toBeVisible();
  }
  await expectReady(page);
});
