/** What a run says of itself: a report of where it stands, and how it ended. */
import type { SplitResult } from './evaluate.ts';
import type { RunCounters } from './checkpoint.ts';
import type { EndReason, Report, RunEnd } from './run-types.ts';

/** The end of a run; `test` is the test split's word on the weights that it leaves. */
export function endOf(
  reason: EndReason,
  { cursor: { step }, stopping: { best } }: RunCounters,
  test: Pick<SplitResult, 'loss' | 'metric'>,
  more: Pick<RunEnd, 'restored' | 'divergence'>,
): RunEnd {
  const found = { bestStep: best?.step ?? step, bestValLoss: best?.valLoss ?? Number.NaN };
  return { reason, step, ...found, testLoss: test.loss, testMetric: test.metric, ...more };
}

/** Where a run stands, with what is new: the columns of the steps just taken, an evaluation, its end. */
export function reportOf(
  { cursor: { step }, stopping, plan, config, changes, cuts, rateFactor }: RunCounters,
  news: Pick<Report, 'columns' | 'evaluation' | 'end'>,
): Report {
  const patience = { patienceUsed: stopping.bad, patienceReached: stopping.reached ?? [] };
  return { step, plan, config, changes, cuts, rateFactor, ...patience, ...(stopping.best ? { best: stopping.best } : {}), ...news };
}
