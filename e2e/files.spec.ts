/** A run as a file: saved, opened by choosing or dropping, going on exactly; and files that are no runs, which change nothing. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { button, chart, expectEnd, fast, openApp, runToEnd, showAsTable, status, stepOf, tableOf } from './lib/app.ts';
import { expect, test } from './lib/test.ts';

/** The whole Loss chart of an ended run, as numbers; charts lag the status a little. */
async function lossTable(page: Page, lastStep: number): Promise<readonly (readonly string[])[]> {
  await showAsTable(page, 'Loss');
  await expect.poll(async () => (await tableOf(page, 'Loss')).at(-1)?.[0]).toBe(String(lastStep));
  const table = await tableOf(page, 'Loss');
  await chart(page, 'Loss')
    .getByRole('button', { name: /Show as chart/ })
    .click();
  return table;
}

/** Saves the present run and returns the file. */
async function saved(page: Page): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  await button(page, 'File').click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: /^Save run/ }).click();
  const file = await download;
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

async function choose(page: Page, name: string, buffer: Buffer): Promise<void> {
  await button(page, 'File').click();
  const chooser = page.waitForEvent('filechooser');
  await button(page, 'Open run…').click();
  await (await chooser).setFiles({ name, mimeType: 'application/octet-stream', buffer });
}

/** Drops a file on the page, as a hand would. */
async function drop(page: Page, name: string, bytes: Buffer): Promise<void> {
  await page.evaluate(
    ([fileName, values]) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(values)], fileName));
      document.body.dispatchEvent(new DragEvent('dragover', { bubbles: true, dataTransfer: data, cancelable: true }));
      document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, dataTransfer: data, cancelable: true }));
    },
    [name, [...bytes]] as const,
  );
}

test('a run saved half-way goes on in another page as if it had never stopped, curves included', async ({ page }) => {
  const hash = `#task=moons&n=100&epochs=40&dropout=0.2&opt=sgd&momentum=0.9&sched=cosine&${fast}`;
  await openApp(page, hash);
  await button(page, 'File').click();
  await expect(button(page, 'Save run')).toBeDisabled();
  await page.keyboard.press('Escape');
  const step = 15;
  for (let epoch = 0; epoch < 3; epoch++) await button(page, 'One epoch').click();
  // Clicks are quicker than epochs: after the first the run may rest for a moment.
  await expect(status(page)).toContainText(`Paused. Step ${String(step)} of`);
  const file = await saved(page);
  expect(file.name).toBe(`moons-step-${String(step)}.safetensors`);
  await runToEnd(page);
  const whole = { table: await lossTable(page, 200), words: await status(page).textContent() };

  await openApp(page, `#task=circle&${fast}`);
  await choose(page, file.name, file.bytes);
  await expect(status(page)).toContainText(`Paused. Step ${String(step)} of`);
  await expect(page).toHaveURL(/task=moons/);
  await button(page, 'Run').click();
  await expectEnd(page);
  expect({ table: await lossTable(page, 200), words: await status(page).textContent() }).toEqual(whole);
});

test('a dropped file that is no run is refused with the reason, and the run goes on', async ({ page }) => {
  await openApp(page, '#engine=tfjs-cpu&pace=60');
  await button(page, 'Run').click();
  await expect(status(page)).toContainText('Running.');
  await drop(page, 'holiday.jpg', Buffer.from('not a run at all'));
  const alert = page.getByRole('alert');
  await expect(alert).toContainText(
    'holiday.jpg could not be opened: this is not a safetensors file, or it is cut short. Nothing was changed.',
  );
  await expect(status(page)).toContainText('Running.');
  await alert.getByRole('button', { name: 'Dismiss' }).click();
  await expect(alert).toBeHidden();
});

test('a run can be dropped on the page while another trains, and becomes the present one', async ({ page }) => {
  await openApp(page, `#task=xor&epochs=2&${fast}`);
  await runToEnd(page);
  const file = await saved(page);
  await openApp(page, '#task=circle&engine=tfjs-cpu&pace=60');
  await button(page, 'Run').click();
  await expect(status(page)).toContainText('Running.');
  await drop(page, file.name, file.bytes);
  await expectEnd(page);
  await expect(page.getByRole('banner')).toContainText('Xor');
  expect(await stepOf(page)).toBeGreaterThan(0);
});
