/**
 * `npm run bench`: races the contenders on every row and prints tables, or JSON with `--json`. `--only digits,tfjs-cpu,pytorch` chooses
 * rows and columns by name, `--rounds 9` takes more turns; `--profile` tells where the time of our engine on wasm goes.
 */
import { loadavg } from 'node:os';
import { engineNames } from '../src/engine/engines.ts';
import { fail } from '../scripts/lib/process.mjs';
import { openBrowser } from './browser-lanes.ts';
import type { BenchBrowser } from './browser-lanes.ts';
import type { Products, Roof } from './browser/question.ts';
import { measureMemory } from './memory.ts';
import { readOptions } from './options.ts';
import type { BenchOptions } from './options.ts';
import { race } from './race.ts';
import { machineNow } from './report.ts';
import type { BenchReport, RowReport } from './report.ts';
import { factLines, familyTable, machineLine, profileTable, rowTable } from './table.ts';

async function pretendedEngines(browser: BenchBrowser): Promise<ReadonlySet<string>> {
  const pretended = new Set<string>();
  for (const engine of engineNames) if (await browser.isPretended(engine)) pretended.add(engine);
  return pretended;
}

const print = (text: string) => void process.stdout.write(`${text}\n\n`);

/** Where the time goes on whole rows, with the wasm engine as the app runs it. */
async function profileRows(rows: BenchOptions['rows']): Promise<void> {
  const browser = await openBrowser();
  try {
    for (const row of rows)
      if (row.family === undefined)
        print(profileTable(row, await browser.profile({ name: 'wasm', kind: 'ours', engine: 'wasm', extras: false }, row.link)));
  } finally {
    await browser.close();
  }
}

async function runAll({ json, rows, ...options }: BenchOptions): Promise<void> {
  const before = loadavg();
  const browser = await openBrowser();
  const reports: RowReport[] = [];
  const roof: { before: Roof; after: Roof } = { before: {}, after: {} };
  const products: Products[number][] = [];
  try {
    roof.before = await browser.roof();
    products.push(...(await browser.products()));
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
  const memory = await measureMemory();
  const report: BenchReport = {
    date: new Date().toISOString(),
    browser: browser.version,
    machine: machineNow(before, { roof, products, memory }),
    rows: reports,
  };
  if (json) print(JSON.stringify(report, undefined, 2));
  else {
    for (const family of ['parameters', 'batch'] as const) {
      if (reports.some((row) => row.family === family)) print(familyTable(family, reports));
    }
    print(factLines(report));
    print(machineLine(report));
  }
}

async function run(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  await (options.profile ? profileRows(options.rows) : runAll(options));
}

await run(process.argv.slice(2)).catch(fail);
