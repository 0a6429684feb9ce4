/** A schedule drawn by hand: with the mouse, a finger and the keys; seen, trained with, changed while it runs, and handed on in the link. */
import type { Page } from '@playwright/test';
import { button, chart, fast, openApp, openGroup, runToEnd, status } from './lib/app.ts';
import { expect, test } from './lib/test.ts';

type Knots = readonly (readonly [place: number, factor: number])[];

const pen = (page: Page) => page.getByRole('slider', { name: 'Pen on the Learning rate chart' });
const hashOf = (page: Page): Promise<string> => page.evaluate(() => location.hash);

/** The knots that the address holds, or those of the default, which it leaves out. */
async function drawnIn(page: Page): Promise<Knots> {
  const text = /[#&]drawn=([^&]*)/.exec(await hashOf(page))?.[1] ?? '0:1,1:0';
  return text.split(',').map((knot) => knot.split(':').map(Number) as [number, number]);
}

/** Straight between knots, level outside them: what numpy.interp says, written once more. */
function interpolated(knots: Knots, place: number): number {
  const right = knots.findIndex(([at]) => at >= place);
  const [x1, y1] = knots.at(right < 0 ? -1 : right) ?? [NaN, NaN];
  const [x0, y0] = right > 0 ? (knots[right - 1] ?? [NaN, NaN]) : [x1, y1];
  return x0 === x1 || right < 0 ? y1 : y0 + ((y1 - y0) * (place - x0)) / (x1 - x0);
}

/** Drags over the plot along points given as shares of its width and height, from its lower left corner. */
async function drag(page: Page, points: readonly (readonly [across: number, up: number])[]): Promise<void> {
  const plot = chart(page, 'Learning rate').locator('.chart-pen');
  await plot.scrollIntoViewIfNeeded();
  const box = await plot.boundingBox();
  if (box === null) throw new Error('There is nothing to draw on.');
  // The layer reaches ten pixels beyond the plot.
  const at = ([across, up]: readonly [number, number]) =>
    [box.x + 10 + across * (box.width - 20), box.y + box.height - 10 - up * (box.height - 20)] as const;
  for (const [i, point] of points.entries()) {
    await page.mouse.move(...at(point), { steps: i === 0 ? 1 : 8 });
    if (i === 0) await page.mouse.down();
  }
  await page.mouse.up();
}

test('what is drawn with the mouse is seen, stored in the link, and the rate of every step', async ({ page, heard }) => {
  await openApp(page, `#sched=cosine&steps=100&${fast}`);
  await openGroup(page, 'Scheduler');
  await page.getByRole('combobox', { name: 'Schedule' }).selectOption('Drawn by hand');
  // Nothing jumps: the curve begins as the cosine that was planned.
  await expect.poll(() => hashOf(page)).toContain('sched=drawn');
  const begun = await drawnIn(page);
  for (const place of [0, 0.25, 0.5, 0.75, 1]) expect(interpolated(begun, place)).toBeCloseTo((1 + Math.cos(Math.PI * place)) / 2, 1);

  await drag(page, [[0, 0.2], [0.4, 0.7], [0.6, 0.1]]); // prettier-ignore
  await expect.poll(() => drawnIn(page)).not.toEqual(begun);
  const knots = await drawnIn(page);
  const shape = [0, 0.2, 0.4, 0.5].map((place) => interpolated(knots, place) / interpolated(knots, 0.4));
  for (const [i, share] of [0.2, 0.45, 0.7, 0.4].entries()) expect(shape[i]).toBeCloseTo(share / 0.7, 1);
  expect(interpolated(knots, 0.8)).toBeCloseTo(interpolated(begun, 0.8), 5);

  await runToEnd(page);
  const { curves } = await heard();
  expect(curves['step']).toHaveLength(100);
  for (const [step, rate] of (curves['learningRate'] ?? []).entries()) expect(rate).toBeCloseTo(0.03 * interpolated(knots, step / 100), 12);

  await chart(page, 'Learning rate').getByRole('button', { name: 'undo' }).click();
  await expect.poll(() => drawnIn(page)).toEqual(begun);
});

test('drawn over during a run, it acts from the next step, leaves a mark, and the link repeats it', async ({ page, heard }) => {
  await openApp(page, `#sched=drawn&drawn=0:1,1:1&steps=100&${fast}`);
  await button(page, 'Run to step').click();
  await page.keyboard.type('60');
  await page.keyboard.press('Enter');
  await expect(status(page)).toContainText('Paused. Step 60 of 100');
  await drag(page, [[0.5, 0.1], [1, 0.1]]); // prettier-ignore
  await expect(chart(page, 'Loss').getByText('At step 60: rate curve redrawn.')).toBeAttached();
  await expect.poll(() => hashOf(page)).toMatch(/drawn=0:1,1:1&.*changes=60:drawn:0:1;[\d.:;]+/);
  await runToEnd(page);
  const first = (await heard()).curves;
  expect(first['learningRate']?.slice(0, 60).every((rate) => rate === 0.03)).toBe(true);
  expect(Math.max(...(first['learningRate']?.slice(60) ?? []))).toBeLessThan(0.01);
  await openApp(page, await hashOf(page));
  await runToEnd(page);
  const again = (await heard()).curves;
  expect([again['learningRate'], again['loss'], again['valLoss']]).toEqual([first['learningRate'], first['loss'], first['valLoss']]);
});

test('keys alone draw it, and what they do is said', async ({ page, heard }) => {
  await openApp(page, `#sched=drawn&drawn=0:1,1:1&steps=100&${fast}`);
  await pen(page).focus();
  await expect(pen(page)).toHaveAccessibleDescription(/up and down bend the curve/);
  await page.keyboard.press('End');
  await expect(pen(page)).toHaveAttribute('aria-valuetext', /^step 100 · planned 0\.03 · knot 2 of 2$/);
  for (let presses = 0; presses < 40; presses++) await page.keyboard.press('ArrowDown');
  await expect(pen(page)).toHaveAttribute('aria-valuetext', /^step 100 · planned 3e-4 · knot 2 of 2$/);
  await page.keyboard.press('Home');
  for (let presses = 0; presses < 5; presses++) await page.keyboard.press('Shift+ArrowRight');
  await expect(pen(page)).toHaveAttribute('aria-valuetext', /^step 50 · planned 0\.015 · no knot here$/);
  await page.keyboard.press('Enter');
  await expect(pen(page)).toHaveAttribute('aria-valuetext', /knot 2 of 3$/);
  await page.keyboard.press('Shift+ArrowUp');
  await page.keyboard.press('ArrowUp');
  await expect.poll(async () => interpolated(await drawnIn(page), 0.5)).toBeGreaterThan(0.6);
  await page.keyboard.press('Control+z');
  await expect.poll(async () => interpolated(await drawnIn(page), 0.5)).toBe(0.5);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('PageUp');
  await expect(pen(page)).toHaveAttribute('aria-valuetext', /^step 0 · .*knot 1 of 3$/);
  await page.keyboard.press('PageDown');
  await page.keyboard.press('Delete');
  await expect.poll(() => drawnIn(page)).toEqual([[0, 1], [1, 0]]); // prettier-ignore
  await runToEnd(page);
  const rates = (await heard()).curves['learningRate'] ?? [];
  for (const [step, rate] of rates.entries()) expect(rate).toBeCloseTo(0.03 * (1 - step / 100), 12);
});

test('exact knots can be typed; wrong ones are named and change nothing', async ({ page }) => {
  await openApp(page, `#sched=drawn&${fast}`);
  await openGroup(page, 'Scheduler');
  const field = page.getByRole('textbox', { name: 'Rate curve' });
  await expect(field).toHaveValue('0:1, 1:0');
  await field.fill('0:0.5, 0.25:1\n1:0.125');
  await field.blur();
  await expect.poll(() => hashOf(page)).toContain('drawn=0:0.5,0.25:1,1:0.125');
  await field.fill('0:1, 2:0');
  await field.press('Enter');
  await expect(page.getByText('Rate curve: “0:1, 2:0” has places outside 0 to 1. It stays as it was.')).toBeVisible();
  await expect(field).toHaveValue('0:0.5, 0.25:1, 1:0.125');
});

test('a curve that a link fixes is not drawn over, and faults of one are named', async ({ page }) => {
  await openApp(page, `#sched=drawn&lock=drawn&drawn=0:1,0.5:99&${fast}`);
  await expect(page.getByRole('alert')).toContainText('drawn: “0:1,0.5:99” has values outside 0 to 10; 0:1,0.5:10 is used.');
  await expect(chart(page, 'Learning rate').locator('.chart-pen')).toHaveCount(0);
  await expect(page.getByRole('slider', { name: 'Cursor on the Learning rate chart' })).toBeVisible();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('a finger draws, and the page stays where it is', async ({ page }) => {
    await openApp(page, `#sched=drawn&drawn=0:1,1:1&${fast}`);
    const plot = chart(page, 'Learning rate').locator('.chart-pen');
    await plot.scrollIntoViewIfNeeded();
    const box = await plot.boundingBox();
    if (box === null) throw new Error('There is nothing to draw on.');
    const scrolled = () => page.evaluate(() => document.querySelector('main')?.scrollTop);
    const before = await scrolled();
    const session = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', across = 0, down = 0) =>
      session.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: type === 'touchEnd' ? [] : [{ x: box.x + across * box.width, y: box.y + down * box.height }],
      });
    await touch('touchStart', 0.2, 0.2);
    for (let i = 1; i <= 10; i++) await touch('touchMove', 0.2 + 0.06 * i, 0.2 + 0.06 * i);
    await touch('touchEnd');
    await expect.poll(async () => (await drawnIn(page)).length).toBeGreaterThan(3);
    const knots = await drawnIn(page);
    expect(interpolated(knots, 0.3)).toBeGreaterThan(2 * interpolated(knots, 0.75));
    expect(await scrolled()).toBe(before);
    await expect(status(page)).toContainText('Ready.');
  });
});
