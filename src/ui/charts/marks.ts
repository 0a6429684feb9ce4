/** What happened during a run, in words and in its place: live changes, cuts, the best evaluation, its end. */
import { patchOf } from '../../params/changes.ts';
import type { Config, ConfigPatch } from '../../params/config.ts';
import { formatCount, formatEpoch } from '../../shared/format.ts';
import type { RunEnd } from '../../trainer/trainer.ts';
import { positionOf, type AxisName, type ChartRun } from './axis.ts';
import { changeSeries, seriesAsSentence, seriesInWords, type ChangeSeries } from './change-series.ts';
import type { Mark } from './plot-model.ts';

/** The live changes of a run, a drag as one, drawn where it came to rest; several that end at one step share one mark. */
function changeMarks(run: ChartRun, axis: AxisName): Mark[] {
  const bySteps = new Map<number, ChangeSeries[]>();
  for (const series of changeSeries(run)) bySteps.set(series.to, [...(bySteps.get(series.to) ?? []), series]);
  return [...bySteps].map(([step, together]): Mark => {
    const from = Math.min(...together.map((one) => one.from));
    return {
      x: positionOf(axis, step, run),
      ...(from < step ? { from: positionOf(axis, from, run) } : {}),
      text: together.map(seriesInWords).join(', '),
      tone: 'plain',
    };
  });
}

/** Steps at which reduce-on-plateau cut the rate. */
function cutMarks(run: ChartRun, axis: AxisName): Mark[] {
  return (run.snapshot?.cuts ?? []).map((step) => ({ x: positionOf(axis, step, run), text: 'cut', tone: 'plain' }));
}

/** The configuration of step 0 with the live changes that have acted since. */
export function configInForce({ config, snapshot }: ChartRun): Config {
  return { ...config, ...(Object.assign({}, ...(snapshot?.changes ?? []).map(patchOf)) as ConfigPatch) };
}

/** Where smaller values of patience would have ended this same run: half of it and a quarter. Nothing while nobody asks it to stop early. */
export function ghostMarks(run: ChartRun | undefined, axis: AxisName): Mark[] {
  const reached = run?.snapshot?.patienceReached ?? [];
  if (run === undefined || reached.length === 0) return [];
  const { earlyStopping, patience } = configInForce(run);
  if (!earlyStopping) return [];
  const shown = [...new Set([Math.ceil(patience / 2), Math.ceil(patience / 4)])].filter((value) => value < patience);
  return shown.flatMap((value): Mark[] => {
    const step = reached[value - 1];
    return step === undefined ? [] : [{ x: positionOf(axis, step, run), text: `patience ${String(value)} would stop here`, tone: 'ghost' }];
  });
}

/** How a run ended, in a few words. */
function endInWords(run: ChartRun, end: RunEnd): string {
  switch (end.reason) {
    case 'earlyStop':
      return end.restored ? 'stopped early, best weights restored' : 'stopped early';
    case 'diverged':
      return `diverged at ${formatCount(end.step)}${end.divergence === undefined ? '' : `, ${end.divergence.layer}`}`;
    case 'epochs':
      return `ended: ${formatEpoch(run.snapshot?.epoch ?? NaN)} epochs`;
    case 'steps':
      return `ended: limit of ${formatCount(end.step)} steps`;
    case 'stopped':
      return 'stopped';
  }
}

const tones: Partial<Record<RunEnd['reason'], Mark['tone']>> = { earlyStop: 'good', diverged: 'danger' };

/** Where and how the run ended. */
function endMarks(run: ChartRun, axis: AxisName): Mark[] {
  const end = run.snapshot?.end;
  if (end === undefined || run.snapshot?.phase !== 'ended') return [];
  return [{ x: positionOf(axis, end.step, run), text: endInWords(run, end), tone: tones[end.reason] ?? 'plain' }];
}

/** The best evaluation so far, as a dot. `y` is its value on the chart. */
export function bestMark(run: ChartRun, axis: AxisName, y: number | undefined, text: string): Mark[] {
  const best = run.snapshot?.best;
  // Before the first step there is nothing yet to be the best of.
  if (best === undefined || y === undefined || !Number.isFinite(y) || run.snapshot?.step === 0) return [];
  return [{ x: positionOf(axis, best.step, run), text, tone: 'good', y }];
}

/** All that moves the x axis' story, the most important first (captions are given room in this order). */
export function storyMarks(run: ChartRun | undefined, axis: AxisName): Mark[] {
  if (run?.snapshot === undefined) return [];
  return [...endMarks(run, axis), ...changeMarks(run, axis).toReversed(), ...cutMarks(run, axis)];
}

/** Marks as a sentence for those who cannot see them; empty without marks. */
export function marksInWords(run: ChartRun | undefined): string {
  if (run?.snapshot === undefined) return '';
  const said = [
    ...changeSeries(run).map(seriesAsSentence),
    ...cutMarks(run, 'step').map((mark) => `The rate was cut at step ${formatCount(mark.x)}.`),
    ...endMarks(run, 'step').map((mark) => `${mark.text.slice(0, 1).toUpperCase()}${mark.text.slice(1)}, step ${formatCount(mark.x)}.`),
  ];
  return said.slice(-8).join(' ');
}
