/** What a user does first: run, pause, step, change something live, start again, look at every task, go too far with the rate. */
import {
  button,
  chart,
  expectEnd,
  expectReady,
  expectStepBeyond,
  fast,
  openApp,
  openGroup,
  runToEnd,
  showAsTable,
  status,
  stepOf,
  tableOf,
  typeInto,
} from './lib/app.ts';
import { expect, test } from './lib/test.ts';

test('opens on the spiral, which reaches 95 % within 20 seconds of Run', async ({ page, heard }) => {
  await openApp(page);
  await expect(page.getByRole('banner')).toContainText('Spiral · MLP');
  await expect(page.getByText(/New here\? Choose Try this/)).toBeVisible();
  await button(page, 'Run').click();
  const best = async (): Promise<number> => Math.max(0, ...((await heard()).curves['valMetric'] ?? []));
  await expect.poll(best, { timeout: 20_000 }).toBeGreaterThanOrEqual(0.95);
  await expectEnd(page);
  await expect(status(page)).toContainText(/^Finished: 200 epochs, 2,000 steps · validation .* · test accuracy \d/);
  await expect(button(page, 'Run')).toBeVisible();
  expect((await heard()).faults).toEqual([]);
});

test('pauses where it is, steps once, goes to the end of the epoch, and starts over', async ({ page }) => {
  await openApp(page, '#engine=tfjs-cpu&pace=60');
  const stepsPerEpoch = Number(/([\d,]+) to an epoch/.exec((await status(page).textContent()) ?? '')?.[1]);
  await button(page, 'Run').click();
  await expect(status(page)).toContainText('Running.');
  await expectStepBeyond(page, 5);
  await button(page, 'Pause').click();
  await expect(status(page)).toContainText('Paused.');
  const paused = await stepOf(page);

  for (const further of [1, 2]) {
    await button(page, 'One step').click();
    await expect.poll(() => stepOf(page)).toBeGreaterThanOrEqual(paused + further);
    expect(await stepOf(page)).toBe(paused + further);
  }
  const boundary = (Math.floor((paused + 2) / stepsPerEpoch) + 1) * stepsPerEpoch;
  await button(page, 'One epoch').click();
  await expect(status(page)).toContainText(`Paused. Step ${String(boundary)} of`);
  await button(page, 'One epoch').click();
  await expect(status(page)).toContainText(`Paused. Step ${String(boundary + stepsPerEpoch)} of`);

  await button(page, 'Reset').click();
  await expectReady(page);
});

test('runs to a step and rests there, also when it is asked on the way; what is not ahead is named', async ({ page }) => {
  await openApp(page, '#engine=tfjs-cpu&pace=60');
  const runTo = async (text: string): Promise<void> => {
    if ((await button(page, 'Run to step').getAttribute('aria-expanded')) === 'false') await button(page, 'Run to step').click();
    await page.getByRole('textbox', { name: 'Run to step' }).fill(text);
    await page.keyboard.press('Enter');
  };
  await runTo('137');
  await expect(status(page)).toContainText('Paused. Step 137 of 2,000');
  await expect(button(page, 'Run to step')).toBeFocused();
  for (const [text, words] of [
    ['137', '137 is not ahead, the run is at step 137.'],
    ['2,001', '2,001 lies beyond the planned end, step 2,000.'],
    ['soon', '“soon” is not a number.'],
    ['140.5', 'must be a whole number.'],
  ] as const) {
    await runTo(text);
    await expect(page.getByText(words)).toBeVisible();
  }
  await page.keyboard.press('Escape');
  expect(await stepOf(page)).toBe(137);
  await button(page, 'Run').click();
  await expectStepBeyond(page, 140);
  await runTo('400');
  await expect(status(page)).toContainText('Paused. Step 400 of 2,000');
  await expect(button(page, 'Run')).toBeVisible();
});

test('a live change acts without a restart and is marked on the charts and in the link', async ({ page }) => {
  await openApp(page, '#engine=tfjs-cpu&pace=60');
  await button(page, 'Run').click();
  await expectStepBeyond(page, 20);
  await typeInto(page, 'Learning rate', '0.003');
  await expect(chart(page, 'Loss').getByText(/At step \d+: η 0\.03 → 0\.003\./)).toBeAttached();
  const changed = await stepOf(page);
  expect(changed).toBeGreaterThan(20);
  for (const title of ['Loss', 'Learning rate', 'Gradient norm', 'Accuracy']) {
    await expect(chart(page, title).getByText('η 0.03 → 0.003', { exact: true })).toBeVisible();
  }
  await expectStepBeyond(page, changed);
  await expect(status(page)).toContainText('Running.');
  await expect.poll(() => page.evaluate(() => location.hash)).toMatch(/changes=\d+:lr:0\.003/);
  await button(page, 'Share').click();
  await expect(page.getByRole('textbox', { name: 'Link' })).toHaveValue(/engine=tfjs-cpu.*changes=\d+:lr:0\.003/);
});

test('a change that restarts prepares a new run and keeps the old curve behind it', async ({ page, heard }) => {
  await openApp(page, '#engine=tfjs-cpu&pace=200');
  await button(page, 'Run').click();
  await expectStepBeyond(page, 60);
  await openGroup(page, 'Model');
  await page.getByRole('radio', { name: 'ReLU' }).check();
  // What was training goes on training.
  await expect.poll(async () => (await heard()).snapshot?.runId).toBe(2);
  await expectStepBeyond(page, 20);
  await button(page, 'Pause').click();
  await page.getByRole('radio', { name: 'GELU' }).check();
  await expectReady(page);
  await expect.poll(() => page.evaluate(() => location.hash)).toContain('act=gelu');
  await button(page, 'One epoch').click();
  await expect(status(page)).toContainText('Paused.');
  await showAsTable(page, 'Loss');
  await expect(chart(page, 'Loss').getByRole('columnheader')).toHaveText(['step', 'previous, validation', 'training', 'validation']);
});

const tasks = [
  { task: 'circle', learned: /^Decision regions for .* after (\d+) steps/ },
  { task: 'xor', learned: /^Decision regions for .* after (\d+) steps/ },
  { task: 'gauss', learned: /^Decision regions for .* after (\d+) steps/ },
  { task: 'spiral', learned: /^Decision regions for .* after (\d+) steps/ },
  { task: 'moons', learned: /^Decision regions for .* after (\d+) steps/ },
  { task: 'blobs', learned: /^Decision regions for .* after (\d+) steps/ },
  { task: 'curve', learned: /^The curve that the model fits after (\d+) steps/ },
  { task: 'surface', learned: /^The surface that the model fits after (\d+) steps/ },
  { task: 'penguins', learned: /validation rows wrong/ },
  { task: 'digits&pixels=14', learned: /validation images read wrongly/ },
  { task: 'digits&pixels=14&model=cnn', learned: /validation images read wrongly/, steps: 8 },
];

for (const { task, learned, steps = 60 } of tasks) {
  test(`learns ${task}, and shows what it has learned and its numbers`, async ({ page, heard }) => {
    await openApp(page, `#task=${task}&steps=${String(steps)}&${fast}`);
    await runToEnd(page);
    await expect(status(page)).toContainText(`Finished: the step limit of ${String(steps)} is reached`);
    const picture = page.getByRole('region', { name: 'What it has learned' }).getByRole('img', { name: learned });
    await expect(picture).toBeVisible();
    const { curves, snapshot } = await heard();
    // The picture says whose weights it shows: after a restore, those of the best step.
    const shown = snapshot?.end?.restored === true ? snapshot.end.bestStep : steps;
    // It is drawn a little after the status is told.
    if (learned.source.includes('steps')) await expect(picture).toHaveAttribute('aria-label', new RegExp(`after ${String(shown)} steps`));
    const losses = curves['loss'] ?? [];
    expect(losses).toHaveLength(steps);
    const mean = (some: readonly number[]): number => some.reduce((sum, value) => sum + value, 0) / some.length;
    expect(mean(losses.slice(-5)), 'the loss falls').toBeLessThan(mean(losses.slice(0, 3)));
    await showAsTable(page, 'Loss');
    // The newest row stands last: the evaluation at the end.
    await expect(chart(page, 'Loss').getByRole('row').last().getByRole('rowheader')).toHaveText(String(steps));
    expect((await tableOf(page, 'Loss')).length).toBeGreaterThan(5);
  });
}

test('too high a rate diverges, says where and what to do, and the next run keeps its curve behind', async ({ page }) => {
  await openApp(page, `#task=surface&layers=none&opt=sgd&lr=10&${fast}`);
  await runToEnd(page);
  await expect(status(page)).toHaveText(/^Diverged at step \d+ in .*layer.*: the loss .* Learning rate 10, the gradient was not clipped\. The last good weights are kept\. Try a tenth of the rate, or clip the gradient\.$/); // prettier-ignore
  await expect(chart(page, 'Loss').getByText(/Diverged at \d+, .*layer/)).toBeAttached();

  await typeInto(page, 'Learning rate', '0.01');
  await runToEnd(page);
  await expect(status(page)).toContainText(/^Finished/);
  await showAsTable(page, 'Loss');
  await expect(chart(page, 'Loss').getByRole('columnheader', { name: 'previous, validation' })).toBeVisible();
});
