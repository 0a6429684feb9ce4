/** The page as its users name it: by labels and roles, never by classes. */
import { expect, type Frame, type Locator, type Page } from '@playwright/test';

/** A page, or a frame with the app in it. */
export type Place = Page | Frame;

/** Flat out, on the engine that is the same everywhere: for tests that want an end, not a show. */
export const fast = 'engine=tfjs-cpu&pace=1000000';

/** Opens the app anew at a hash and waits until its run is prepared. */
export async function openApp(page: Page, hash = ''): Promise<void> {
  await page.goto('about:blank');
  await page.goto(`/${hash}`);
  await expectReady(page);
}

/** A run is prepared and none of its steps is taken. */
export async function expectReady(place: Place): Promise<void> {
  await expect(status(place)).toContainText('Ready.', { timeout: 20_000 });
}

/** The status sentence. */
export function status(place: Place): Locator {
  return place.getByRole('status');
}

/** A button by its whole name. */
export function button(place: Place, name: string): Locator {
  return place.getByRole('button', { name, exact: true });
}

/** The step that the status sentence names; 0 while it names none. */
export async function stepOf(place: Place): Promise<number> {
  const words = /step (?:limit of )?([\d,]+)|([\d,]+) steps ·/i.exec((await status(place).textContent()) ?? '');
  const digits = words?.[1] ?? words?.[2];
  return digits === undefined ? 0 : Number(digits.replaceAll(',', ''));
}

/** Waits until the run has passed a step. */
export async function expectStepBeyond(place: Place, step: number): Promise<void> {
  await expect.poll(() => stepOf(place), { timeout: 20_000 }).toBeGreaterThan(step);
}

/** Presses Run and waits for the end, whichever it is. */
export async function runToEnd(place: Place, timeout = 30_000): Promise<void> {
  await button(place, 'Run').click();
  await expectEnd(place, timeout);
}

/** The run has come to an end. */
export async function expectEnd(place: Place, timeout = 30_000): Promise<void> {
  await expect(status(place)).toContainText(/^(Finished|Stopped|Diverged)/, { timeout });
}

/** A chart by its title. */
export function chart(place: Place, title: string): Locator {
  return place.getByRole('group', { name: `${title} chart` });
}

/** Shows a chart as a table. */
export async function showAsTable(place: Place, title: string): Promise<void> {
  await chart(place, title).getByRole('button', { name: 'Show as table' }).click();
  await expect(chart(place, title).getByRole('table')).toBeVisible();
}

/** The rows of a chart that is shown as a table, headings first. */
export async function tableOf(place: Place, title: string): Promise<readonly (readonly string[])[]> {
  const rows = chart(place, title).getByRole('row');
  return rows.evaluateAll((all) => all.map((row) => [...row.querySelectorAll('th, td')].map((cell) => cell.textContent)));
}

/** Opens a group of parameters by its title, with what is folded away in it. */
export async function openGroup(place: Place, title: string): Promise<void> {
  const panel = place.locator('section[aria-label="Parameters"], #part-parameters');
  const heading = panel.getByRole('button', { name: title, exact: true });
  if ((await heading.getAttribute('aria-expanded')) === 'false') await heading.click();
  const more = panel.getByRole('button', { name: `More options of ${title}` });
  if ((await more.count()) > 0) await more.click();
}

/** Types a number into the field of a parameter whose group is open. */
export async function typeInto(place: Place, label: string, value: string): Promise<void> {
  const field = place.getByRole('textbox', { name: label, exact: true });
  await field.fill(value);
  await field.press('Enter');
}
