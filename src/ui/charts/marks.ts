/** What happened during a run, in words and in its place: live changes, cuts, the best evaluation, its end. */
import { specOf } from '../../params/table.ts';
import { patchOf } from '../../params/changes.ts';
import type { Change } from '../../params/changes.ts';
import type { Config, ConfigPatch } from '../../params/config.ts';
import { formatCount, formatEpoch, formatNumber } from '../../shared/format.ts';
import type { RunEnd } from '../../trainer/trainer.ts';
import { positionOf, type AxisName, type ChartRun } from './axis.ts';
import type { Mark } from './plot-model.ts';

/** A parameter's value, short. */
function valueText(value: unknown): string {
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return Array.isArray(value) ? value.join(', ') : String(value);
}

/** `η 0.03 → 0.003`: a change and the value that it replaced. */
function describeChange(change: Change, before: unknown): string {
  const { symbol, label, kind } = specOf(change.id);
  const name = symbol === undefined || symbol === '' ? label.toLowerCase() : symbol;
  // Its knots in words would fill the chart; its line is on it.
  if (kind === 'curve') return `${name} redrawn`;
  return `${name} ${valueText(before)} → ${valueText(change.value)}`;
}

/** The live changes of a run; several at one step share one mark. */
function changeMarks(run: ChartRun, axis: AxisName): Mark[] {
  const values = new Map<string, unknown>(Object.entries(run.config));
  const texts = new Map<number, string[]>();
  for (const change of run.snapshot?.changes ?? []) {
    // What is measured changes nothing that is drawn.
    if (specOf(change.id).group === 'diagnostics') continue;
    const before = values.get(change.id);
    values.set(change.id, change.value);
    texts.set(change.step, [...(texts.get(change.step) ?? []), describeChange(change, before)]);
  }
  return [...texts].map(([step, lines]) => ({ x: positionOf(axis, step, run), text: lines.join(', '), tone: 'plain' }));
}

/** Steps at which reduce-on-plateau cut the rate. */
function cutMarks(run: ChartRun, axis: AxisName): Mark[] {
  return (run.snapshot?.cuts ?? []).map((step) => ({ x: positionOf(axis, step, run), text: 'cut', tone: 'plain' }));
}

/** The configuration of step 0 with the live changes that have acted since. */
export function configInForce({ config, snapshot }: ChartRun): Config {
  return { ...config, ...(Object.assign({}, ...(snapshot?.changes ?? []).map(patchOf)) as ConfigPatch) };
}

/** Where smaller values of patience would have ended this same run: half of it and a quarter, or some usual ones while stopping is off. */
export function ghostMarks(run: ChartRun | undefined, axis: AxisName): Mark[] {
  const reached = run?.snapshot?.patienceReached ?? [];
  if (run === undefined || reached.length === 0) return [];
  const { earlyStopping, patience } = configInForce(run);
  const values = earlyStopping ? [Math.ceil(patience / 2), Math.ceil(patience / 4)] : [50, 20, 10];
  const shown = [...new Set(values)].filter((value) => value < (earlyStopping ? patience : Infinity));
  return shown.flatMap((value): Mark[] => {
    const step = reached[value - 1];
    return step === undefined ? [] : [{ x: positionOf(axis, step, run), text: `patience ${String(value)}`, tone: 'ghost' }];
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
    ...changeMarks(run, 'step').map((mark) => `At step ${formatCount(mark.x)}: ${mark.text}.`),
    ...cutMarks(run, 'step').map((mark) => `The rate was cut at step ${formatCount(mark.x)}.`),
    ...endMarks(run, 'step').map((mark) => `${mark.text.slice(0, 1).toUpperCase()}${mark.text.slice(1)}, step ${formatCount(mark.x)}.`),
  ];
  return said.slice(-8).join(' ');
}
