/** Links: whatever a hash holds the page opens, says what it dropped and trains; what it can read it repeats to the last bit. */
import { formatNumber } from '../src/shared/format.ts';
import { button, expectEnd, expectReady, expectStepBeyond, fast, openApp, openGroup, runToEnd, status, typeInto } from './lib/app.ts';
import { trainInNode } from './lib/command-line.ts';
import { expect, hear, test } from './lib/test.ts';

const broken: readonly (readonly [name: string, hash: string, named: readonly string[]])[] = [
  ['garbage', '#%%%&&==&ö?/{}[]', ['%%%', 'ö?/{}[]']],
  ['100 kB', `#${'nonsense=1&'.repeat(9500)}`, ['nonsense', '(9500 times)']],
  ['9,000 unknown keys', `#${Array.from({ length: 9000 }, (_, k) => `x${k}=1`).join('&')}`, ['x0', '8980 more parts']],
  ['a long value', `#lr=${'9'.repeat(100_000)}`, ['lr']],
  ['a newer version', '#v=99&lr=0.1', ['v: “99”']],
  ['a rate that is no number', '#lr=NaN', ['lr']],
  ['a negative rate', '#lr=-1', ['lr']],
  ['an enormous batch', '#batch=1e9', ['batch']],
  ['a batch of whole books', '#task=text&batch=1e9', ['batch']],
  ['script tags', '#task=<script>window.injected=1</script>&lr=%3Cimg%20src=x%20onerror=window.injected=1%3E', ['task', 'lr']],
  ['a broken percent sign', '#lr=%E0%A4%A&seed=3', ['lr']],
  ['unknown keys', '#learningrate=0.1&__proto__=1&constructor=2', ['learningrate', '__proto__', 'constructor']],
  ['a key twice', '#lr=0.1&lr=0.2', ['lr: “0.2” is given again']],
  ['changes that cannot be', '#changes=5:seed:3,x:lr:1,10:lr:99', ['5:seed:3', 'x:lr:1', '10:lr:99']],
  ['switches without sense', '#hide=nothing,lr&lock=&view=cinema&run=maybe', ['hide', 'view', 'run']],
];

for (const [name, hash, named] of broken) {
  test(`opens a link with ${name}, says what it dropped, and trains`, async ({ page }) => {
    await openApp(page, `${hash}&engine=tfjs-cpu`);
    const alert = page.getByRole('alert');
    for (const words of named) await expect(alert).toContainText(words);
    await button(page, 'Run').click();
    await expectStepBeyond(page, 0);
    expect(await page.evaluate(() => 'injected' in window)).toBe(false);
    await alert.getByRole('button', { name: 'Dismiss' }).click();
    await expect(alert).toBeHidden();
  });
}

test('what could not be used of a typed value is told until another configuration is opened', async ({ page }) => {
  await openApp(page, '#opt=sgd&engine=tfjs-cpu');
  await typeInto(page, 'Learning rate', 'abc');
  const complaint = page.getByText(/“abc”/);
  await expect(complaint).toBeVisible();
  await page.evaluate(() => (location.hash = '#opt=sgd&seed=5&engine=tfjs-cpu'));
  await expect(complaint).toHaveCount(0);
});

test('an empty hash is no complaint', async ({ page }) => {
  await openApp(page, '#');
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('a link with live changes repeats bit for bit, and agrees with the command line', async ({ page, context }) => {
  const hash = `#task=moons&steps=180&changes=40:lr:0.003,90:batch:50,130:clip:norm&${fast}`;
  const other = await context.newPage();
  const runs = [];
  for (const one of [page, other]) {
    const heard = await hear(one);
    await openApp(one, hash);
    await runToEnd(one);
    const { snapshot, curves } = await heard();
    runs.push({ end: snapshot?.end, changes: snapshot?.changes, curves });
  }
  const [first, second] = runs;
  expect(second).toEqual(first);
  expect(first?.changes).toHaveLength(3);

  const printed = await trainInNode(hash);
  expect(first?.curves['loss']).toEqual(printed.steps.map(({ loss }) => loss));
  expect(first?.curves['learningRate']).toEqual(printed.steps.map(({ lr }) => lr));
  expect(first?.curves['valLoss']).toEqual(printed.evaluations.map(({ valLoss }) => valLoss));
  const { clippedShare, gradNormP90, ...end } = printed.end;
  expect(first?.end).toMatchObject(end);
  expect([clippedShare, gradNormP90]).toEqual([0, expect.any(Number)]);
  await expect(status(page)).toContainText(`validation ${formatNumber(printed.evaluations.at(-1)?.valLoss ?? Number.NaN)},`);
});

test('a run that was changed by hand and shared ends with the same numbers at the other end', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const heard = await hear(page);
  await openApp(page, '#steps=240&engine=tfjs-cpu&pace=80');
  await button(page, 'Run').click();
  await expectStepBeyond(page, 30);
  await typeInto(page, 'Learning rate', '0.1');
  await expectStepBeyond(page, 90);
  await page.getByRole('slider', { name: 'Learning rate slider' }).press('ArrowLeft');
  await expectEnd(page);

  await button(page, 'Share').click();
  await expect(page.getByText('Copied to the clipboard.')).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await expect(page.getByRole('textbox', { name: 'Link' })).toHaveValue(link);
  const squares = page.getByRole('img', { name: 'QR code of the link' }).locator('path');
  expect((await squares.getAttribute('d'))?.length).toBeGreaterThan(1000);
  await expect(page.getByText(/bit for bit on the same engine and device, in the same browser/)).toBeVisible();
  expect(link).toMatch(/#v=1&steps=240&engine=tfjs-cpu&pace=80&changes=\d+:lr:0\.1,\d+:lr:0\.0\d+$/);

  const other = await context.newPage();
  const heardThere = await hear(other);
  await openApp(other, new URL(link).hash.replace('pace=80', 'pace=1000000'));
  await runToEnd(other);
  const [here, there] = [await heard(), await heardThere()];
  expect(there.snapshot?.changes).toEqual(here.snapshot?.changes);
  expect(there.snapshot?.end).toEqual(here.snapshot?.end);
  expect(there.curves).toEqual(here.curves);
});

test('teachers’ switches hide, lock, project and start', async ({ page }) => {
  await openApp(page, '#hide=lr,momentum&lock=opt,n');
  await expect(page.getByRole('textbox', { name: 'Learning rate', exact: true })).toHaveCount(0);
  await expect(page.getByRole('combobox', { name: 'Optimizer' })).toBeDisabled();
  await expect(page.getByRole('img', { name: 'Training examples is locked by the link' })).toBeVisible();
  await openGroup(page, 'Data');
  await expect(page.getByRole('textbox', { name: 'Training examples' })).toBeDisabled();
  await expect(page.getByRole('textbox', { name: 'Noise' })).toBeEnabled();
  await expect(page.locator('html')).toHaveAttribute('data-projector', 'off');

  await page.goto('about:blank');
  await page.goto('/#view=projector&run=1');
  await expect(page.locator('html')).toHaveAttribute('data-projector', 'on');
  await expectStepBeyond(page, 5);
});

test('a hash that is typed is taken over, and back and forward do not break the page', async ({ page }) => {
  const subject = page.getByRole('banner');
  await openApp(page, `#task=xor&${fast}`);
  await expect(subject).toContainText('Xor');
  await page.evaluate(() => (location.hash = '#task=gauss&engine=tfjs-cpu&nonsense=1'));
  await expect(subject).toContainText('Gauss');
  await expect(page.getByRole('alert')).toContainText('nonsense');
  // The address is tidied a moment later, in place.
  await expect.poll(() => page.evaluate(() => location.hash)).toBe('#v=1&task=gauss&engine=tfjs-cpu');
  await page.goBack();
  await expect(subject).toContainText('Xor');
  await expect(page.getByRole('alert')).toHaveCount(0);
  await page.goForward();
  await expect(subject).toContainText('Gauss');
  await expectReady(page);
  await button(page, 'Run').click();
  await expectStepBeyond(page, 0);
});

test('experiments to try open like links', async ({ page }) => {
  await openApp(page);
  await button(page, 'Try this').click();
  await page.getByRole('button', { name: /^Outliers in a curve/ }).click();
  await expect(page.getByRole('banner')).toContainText('Curve');
  await expect.poll(() => page.evaluate(() => location.hash)).toContain('outliers=0.1');
});
