/**
 * `npm run bench`: races the contenders on every row and prints a table, or JSON with `--json`. `--only digits,tfjs-cpu,pytorch` chooses
 * rows and columns by name, `--rounds 9` takes more turns.
 */
import { loadavg } from 'node:os';
import { readAsset } from '../src/cli/read-asset.ts';
import { flopsOf } from '../src/graph/cost.ts';
import { programOf } from '../src/training/setup.ts';
import { fail } from '../scripts/lib/process.mjs';
import { openBrowser } from './browser-lanes.ts';
import type { BenchBrowser } from './browser-lanes.ts';
import { runHeat } from './heat.ts';
import { readOptions } from './options.ts';
import type { BenchOptions } from './options.ts';
import { entriesOf, machineNow } from './report.ts';
import type { RowReport } from './report.ts';
import type { Row } from './rows.ts';
import { rowTable } from './table.ts';
import { torchLane } from './torch/torch-lane.ts';
import { workloadOf } from './workload.ts';

async function race(row: Row, { contenders, rounds }: BenchOptions, browser: BenchBrowser): Promise<RowReport> {
  const lanes = contenders.map((contender) =>
    contender.kind === 'torch' ? torchLane(contender.name, row.link) : browser.lane(contender, row.link),
  );
  const workload = await workloadOf(row.link, readAsset);
  const flops = flopsOf(programOf(workload, workload.config, {}).graphs.step);
  const say = (what: string) => process.stderr.write(`\u001b[2K\r${row.id}: ${what}`);
  const outcomes = await runHeat(lanes, { rounds, warmSeconds: 0.8, turnSeconds: 0.25 }, say);
  say('done\n');
  return { ...row, parameters: workload.model.parameterCount, flops, entries: entriesOf(outcomes, flops) };
}

try {
  const options = readOptions(process.argv.slice(2));
  const before = loadavg();
  const browser = await openBrowser();
  const reports: RowReport[] = [];
  try {
    for (const row of options.rows) {
      const report = await race(row, options, browser);
      reports.push(report);
      if (!options.json) process.stdout.write(`${rowTable(report)}\n\n`);
    }
  } finally {
    await browser.close();
  }
  const machine = machineNow(before);
  const whole = { date: new Date().toISOString(), browser: browser.version, machine, rows: reports };
  const load = (values: readonly number[]) => values.map((value) => value.toFixed(1)).join(' ');
  const words = `${machine.cores} × ${machine.processor}, ${browser.version}; load average before: ${load(before)}, after: ${load(machine.load.after)}.\n`;
  process.stdout.write(options.json ? `${JSON.stringify(whole, undefined, 2)}\n` : words);
} catch (error) {
  fail(error);
}
