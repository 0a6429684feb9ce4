/**
 * `npm run bench`: races the contenders on every row and prints tables, or JSON with `--json`. `--only digits,tfjs-cpu,pytorch` chooses
 * rows and columns by name, `--rounds 9` takes more turns.
 */
import { loadavg } from 'node:os';
import { engineNames } from '../src/engine/engines.ts';
import { fail } from '../scripts/lib/process.mjs';
import { openBrowser } from './browser-lanes.ts';
import type { BenchBrowser } from './browser-lanes.ts';
import type { Roof } from './browser/question.ts';
import { readOptions } from './options.ts';
import { race } from './race.ts';
import { machineNow } from './report.ts';
import type { BenchReport, RowReport } from './report.ts';
import { familyTable, machineLine, rowTable } from './table.ts';

async function pretendedEngines(browser: BenchBrowser): Promise<ReadonlySet<string>> {
  const pretended = new Set<string>();
  for (const engine of engineNames) if (await browser.isPretended(engine)) pretended.add(engine);
  return pretended;
}

async function runAll(args: readonly string[]): Promise<void> {
  const { json, rows, ...options } = readOptions(args);
  const print = (text: string) => void process.stdout.write(`${text}\n\n`);
  const before = loadavg();
  const browser = await openBrowser();
  const reports: RowReport[] = [];
  const roof: { before: Roof; after: Roof } = { before: {}, after: {} };
  try {
    roof.before = await browser.roof();
    const pretended = await pretendedEngines(browser);
    for (const row of rows) {
      const report = await race(row, { ...options, pretended }, browser, (what) =>
        process.stderr.write(`${Math.round(performance.now() / 1000)} s, ${row.id}: ${what}\n`),
      );
      reports.push(report);
      if (!json && !('family' in row)) print(rowTable(report));
    }
    roof.after = await browser.roof();
  } finally {
    await browser.close();
  }
  const report: BenchReport = {
    date: new Date().toISOString(),
    browser: browser.version,
    machine: machineNow(before, roof),
    rows: reports,
  };
  if (json) print(JSON.stringify(report, undefined, 2));
  else {
    for (const family of ['parameters', 'batch'] as const) {
      if (reports.some((row) => row.family === family)) print(familyTable(family, reports));
    }
    print(machineLine(report));
  }
}

await runAll(process.argv.slice(2)).catch(fail);
