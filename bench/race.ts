/** Races the contenders on one row and reports. */
import { readAsset } from '../src/cli/read-asset.ts';
import { flopsOf } from '../src/graph/cost.ts';
import { programOf } from '../src/training/setup.ts';
import type { BenchBrowser } from './browser-lanes.ts';
import type { Contender } from './contenders.ts';
import { runHeat } from './heat.ts';
import type { Lane } from './lane.ts';
import { entriesOf } from './report.ts';
import type { RowReport } from './report.ts';
import { withExtras } from './rows.ts';
import type { Row } from './rows.ts';
import { torchLane } from './torch/torch-lane.ts';
import { workloadOf } from './workload.ts';

/** How a race is run. */
export interface RaceOptions {
  readonly contenders: readonly Contender[];
  readonly rounds: number;
  /** Engines whose device only pretends to be a GPU. */
  readonly pretended: ReadonlySet<string>;
}

/** Those of few who show how time grows, rather than who is fastest. */
const inFamilies: readonly Contender['kind'][] = ['ours', 'plain', 'torch'];

/** Whether a contender is raced on a row: where GPUs are pretended ones, only on whole rows, and only as the app runs them. */
function takesPart(contender: Contender, { family }: Row, pretended: ReadonlySet<string>): boolean {
  const isVariant = contender.kind === 'bare' || contender.kind === 'app' || (contender.kind === 'ours' && contender.extras);
  if (family !== undefined && (isVariant || !inFamilies.includes(contender.kind))) return false;
  const isSlow = 'engine' in contender && pretended.has(contender.engine);
  return !isSlow || (!isVariant && family === undefined);
}

function laneOf(contender: Contender, row: Row, browser: BenchBrowser): Lane {
  if (contender.kind === 'torch') return torchLane(contender.name, row.link);
  if (contender.kind === 'app') return browser.appLane(contender.name, contender.engine, row.link);
  return browser.lane(contender, contender.kind === 'ours' && contender.extras ? withExtras(row) : row.link);
}

/** Runs the race; `say` is told where it stands. */
export async function race(row: Row, options: RaceOptions, browser: BenchBrowser, say: (what: string) => void): Promise<RowReport> {
  const { contenders, rounds, pretended } = options;
  const pace = { rounds, warmSeconds: 0.8, turnSeconds: 0.25 };
  const lanes = contenders.filter((contender) => takesPart(contender, row, pretended)).map((contender) => laneOf(contender, row, browser));
  const workload = await workloadOf(row.link, readAsset);
  const flops = flopsOf(programOf(workload, workload.config, {}).graphs.step);
  const outcomes = await runHeat(lanes, pace, say);
  return { ...row, parameters: workload.model.parameterCount, flops, entries: entriesOf(outcomes, flops) };
}
