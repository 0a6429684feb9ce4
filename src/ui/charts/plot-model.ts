/** What a chart draws, as plain data: built by pure functions, one per chart, and drawn by one component. */
import type { Scale } from './scale.ts';

/** How a line looks. `band` has no line, only the area between `min` and `max`; `previous` is thin and stands back. */
export type LineStyle = 'thick' | 'thin' | 'faint' | 'previous' | 'dashed' | 'band';

/** One curve: values at increasing x. */
export interface Series {
  readonly key: string;
  /** In words, for labels, readout and table. */
  readonly label: string;
  readonly x: Float64Array;
  readonly mean: Float64Array;
  /** Extremes of each bucket; drawn as a faint area. */
  readonly min?: Float64Array;
  readonly max?: Float64Array;
  readonly style: LineStyle;
  /** A CSS colour, usually `var(--run-1)`. */
  readonly color: string;
  /** Label at the end of the line; without it the line has none. */
  readonly end?: string;
  /** Left out of readout and table (a smoothed or raw twin of another). */
  readonly quiet?: boolean;
}

/** Something that happened at one place of the x axis, in words. `y`: also a dot at this value. */
export interface Mark {
  readonly x: number;
  readonly text: string;
  readonly tone: 'plain' | 'good' | 'danger' | 'ghost';
  readonly y?: number;
  /** Where it began, if it took a while: shaded from there to `x`. */
  readonly from?: number;
}

/** A horizontal line with words. */
export interface Reference {
  readonly y: number;
  readonly text: string;
  readonly tone: 'muted' | 'danger';
  /** The words stand in the plot, above the line at its left end, instead of beside it. */
  readonly inside?: boolean;
}

/** Everything one chart shows. */
export interface PlotModel {
  readonly title: string;
  readonly subtitle: string;
  /** Something to be warned of, in a line of its own. */
  readonly note?: string;
  readonly xName: string;
  readonly yName: string;
  readonly x: Scale;
  readonly y: Scale;
  readonly series: readonly Series[];
  readonly marks: readonly Mark[];
  readonly references: readonly Reference[];
  /** A value that has a tick at the y axis in any case. */
  readonly namedY?: number;
  /** Said in the plot while there is nothing to draw. */
  readonly empty?: string;
  /** The chart in a few sentences. */
  readonly summary: string;
  /** How values of this chart are written. */
  readonly formatValue: (value: number) => string;
  readonly formatTick: (value: number) => string;
  /** Writes a tick of the x axis. */
  readonly formatPlaceTick: (value: number) => string;
}
