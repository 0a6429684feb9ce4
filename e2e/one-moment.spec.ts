/** Numbers that move while a run trains are those of one moment, wherever they stand on the page. */
import { button, expectEnd, openApp } from './lib/app.ts';
import { expect, test } from './lib/test.ts';

test('sentence and charts go through the same steps and name the same best loss', async ({ page }) => {
  await openApp(page, '#engine=wasm&seed=5');
  await page.evaluate(() => {
    const first = (text: string | null, pattern: RegExp): string => pattern.exec(text ?? '')?.[1] ?? '';
    const parts = [
      { name: 'sentence', element: document.querySelector('[role="status"]'), step: /Step ([\d,]+)/, best: /best ([\d.]+)/ },
      ...['Loss', 'Gradient norm'].map((title) => ({
        name: title,
        element: document.querySelector(`[aria-label="${title} chart"] .visually-hidden`),
        step: /(?:After|at step) ([\d,]+)/,
        best: /best ([\d.]+)/,
      })),
    ];
    const seen = Object.fromEntries(parts.map(({ name }) => [name, { steps: [] as string[], bests: [] as string[] }]));
    for (const { name, element, step, best } of parts) {
      if (element === null) throw new Error(`${name} is not on the page`);
      new MutationObserver(() => {
        if (!(document.querySelector('[role="status"]')?.textContent ?? '').startsWith('Running')) return;
        const words = element.textContent;
        const { steps, bests } = seen[name]!;
        if (steps.at(-1) === first(words, step)) return;
        steps.push(first(words, step));
        bests.push(first(words, best));
      }).observe(element, { childList: true, characterData: true, subtree: true });
    }
    Object.assign(window, { seen });
  });
  await button(page, 'Run').click();
  await expectEnd(page);
  const seen = await page.evaluate(() => (window as unknown as { seen: Record<string, { steps: string[]; bests: string[] }> }).seen);
  const moving = seen['sentence']!.steps.filter((step) => step !== '');
  expect(moving.length).toBeGreaterThan(20);
  for (const title of ['Loss', 'Gradient norm']) expect(moving, title).toEqual(expect.arrayContaining(seen[title]!.steps.slice(1)));
  // Every moment that the sentence told of is on the chart, but perhaps the first and the last.
  expect(seen['Loss']!.steps).toEqual(expect.arrayContaining(moving.slice(1, -1)));
  const bestAt = (name: string): Record<string, string> =>
    Object.fromEntries(seen[name]!.steps.map((step, i) => [step, seen[name]!.bests[i] ?? '']));
  const [sentence, chart] = [bestAt('sentence'), bestAt('Loss')];
  for (const step of moving.slice(1, -1)) expect(chart[step], `step ${step}`).toBe(sentence[step]);
});
