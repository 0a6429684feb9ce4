/**
 * The live changes of a run, told as a hand made them. A slider that is dragged acts several times on its way, and each of these changes is part
 * of the run and of its link; on a chart one drag is one thing that happened. Pure.
 */
import { sameValue } from '../../params/config.ts';
import type { Change } from '../../params/changes.ts';
import type { Value } from '../../params/kinds.ts';
import { specOf } from '../../params/table.ts';
import { formatCount, formatNumber } from '../../shared/format.ts';
import type { ChartRun } from './axis.ts';

/** Changes of one parameter in quick succession; often just one. */
export interface ChangeSeries {
  readonly id: Change['id'];
  /** Steps of the first and the last. */
  readonly from: number;
  readonly to: number;
  readonly before: Value;
  readonly after: Value;
  readonly count: number;
}

/** Changes nearer than this share of the plan are one series: at the pace that a run begins with, half a second. */
const nearBy = 0.03;

/** What happened, in the order in which it was done with. */
export function changeSeries(run: ChartRun): readonly ChangeSeries[] {
  const { changes = [], plan } = run.snapshot ?? {};
  const gap = nearBy * (plan?.totalSteps ?? 0);
  const newest = new Map<Change['id'], ChangeSeries>();
  const done: ChangeSeries[] = [];
  for (const { id, step, value } of changes) {
    // What is measured changes nothing that is drawn.
    if (specOf(id).group === 'diagnostics') continue;
    const last = newest.get(id);
    const goesOn = last !== undefined && step - last.to <= gap;
    if (last !== undefined && !goesOn) done.push(last);
    const begun = { id, from: step, to: step, before: last?.after ?? run.config[id], after: value, count: 1 };
    newest.set(id, goesOn ? { ...last, to: step, after: value, count: last.count + 1 } : begun);
  }
  return [...done, ...newest.values()].toSorted((a, b) => a.to - b.to);
}

/** A parameter's value, short. */
function valueText(value: Value): string {
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return Array.isArray(value) ? value.join(', ') : String(value);
}

/** `η 0.03 → 0.003`: what a series came to, and the value that it replaced. */
export function seriesInWords({ id, before, after }: ChangeSeries): string {
  const { symbol, label, kind } = specOf(id);
  const name = symbol === undefined || symbol === '' ? label.toLowerCase() : symbol;
  // Its knots in words would fill the chart; its line is on it.
  if (kind === 'curve') return `${name} redrawn`;
  return sameValue(before, after) ? `${name} moved, back at ${valueText(after)}` : `${name} ${valueText(before)} → ${valueText(after)}`;
}

/** As a sentence: `At step 300: η 0.03 → 0.003.` or from where to where it was dragged. */
export function seriesAsSentence(series: ChangeSeries): string {
  const { from, to, count } = series;
  const words = seriesInWords(series);
  if (from === to) return `At step ${formatCount(to)}: ${words}.`;
  return `From step ${formatCount(from)} to ${formatCount(to)}: ${words}, in ${formatCount(count)} changes.`;
}
