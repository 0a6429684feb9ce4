/** The charts beyond the four: what each shows, what it costs, and the parameter that has it measured. */
import type { ChartInput } from './axis.ts';
import { idleUnitsModel } from './idle-units-model.ts';
import { noiseModel } from './noise-model.ts';
import type { PlotModel } from './plot-model.ts';
import type { ScaleKind } from './scale.ts';
import { sharpnessModel } from './sharpness-model.ts';
import { updateRatioModel } from './update-ratio-model.ts';

/** The name of one of these charts. */
export type MoreChartId = 'updates' | 'units' | 'noise' | 'sharpness';

/** One of them. */
export interface MoreChart {
  readonly id: MoreChartId;
  readonly label: string;
  /** One line: what it shows. */
  readonly line: string;
  readonly cost: string;
  /** What has it measured, and the value that turns it on; without it the chart costs nothing and is only shown or not. */
  readonly switch?: { readonly id: 'updateRatio' | 'noiseScale'; readonly on: true } | { readonly id: 'sharpness'; readonly on: number };
  readonly build: (input: ChartInput, yKind: ScaleKind) => PlotModel;
  readonly startWith: ScaleKind;
}

/** All of them, in the order of the page. */
export const moreCharts: readonly MoreChart[] = [
  {
    id: 'updates',
    label: 'Update ratio',
    line: 'By which share of its length each layer moves in a step.',
    cost: 'Steps take 10 to 25 % longer.',
    switch: { id: 'updateRatio', on: true },
    build: updateRatioModel,
    startWith: 'log',
  },
  {
    id: 'units',
    label: 'Idle units',
    line: 'How many units of each layer are dead or saturated.',
    cost: 'Costs nothing.',
    build: idleUnitsModel,
    startWith: 'linear',
  },
  {
    id: 'noise',
    label: 'Gradient noise scale',
    line: 'The batch size beyond which larger batches pay little.',
    cost: 'Steps take about half as long again.',
    switch: { id: 'noiseScale', on: true },
    build: noiseModel,
    startWith: 'log',
  },
  {
    id: 'sharpness',
    label: 'Sharpness',
    line: 'How strongly the loss curves, against what the rate can bear.',
    cost: 'Every fifth evaluation takes as long as 20 to 80 epochs.',
    switch: { id: 'sharpness', on: 5 },
    build: sharpnessModel,
    startWith: 'linear',
  },
];

const storageKey = 'tuning-fork-charts';

/** Charts that cost nothing and were shown when the page was last open. Without storage: none. */
export function rememberedCharts(): readonly MoreChartId[] {
  try {
    const stored = localStorage.getItem(storageKey)?.split(',') ?? [];
    return moreCharts.map(({ id }) => id).filter((id) => stored.includes(id));
  } catch {
    return [];
  }
}

/** Remembers them where the browser lets it. */
export function rememberCharts(shown: readonly MoreChartId[]): void {
  try {
    localStorage.setItem(storageKey, shown.join(','));
  } catch {
    // Nothing to remember it in: the page works without.
  }
}
