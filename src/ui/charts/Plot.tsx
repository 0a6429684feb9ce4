/**
 * The lines of one chart, by Recharts: merged rows, no animation, no dots, fixed size. Words, marks and cursor lie above it in
 * an overlay of our own that knows the same geometry, so that they can move without redrawing a line.
 */
import { memo, useMemo, type ReactElement } from 'react';
import { Area, CartesianGrid, ComposedChart, Line, XAxis, YAxis } from 'recharts';
import type { PlotModel, Series } from './plot-model.ts';
import { bandKey, mergeRows } from './rows.ts';
import { ticksOf } from './scale.ts';
import type { Size } from './use-redraw.ts';

/** Edges of the plot area within the chart, in pixels. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Room for the y ticks, the end labels, the y name and the x ticks. */
export function frameOf({ width, height, unit }: Size): Frame {
  return { left: 46 * unit, right: width - 76 * unit, top: 24 * unit, bottom: height - 34 * unit };
}

interface TickProps {
  readonly x?: number | string;
  readonly y?: number | string;
  readonly payload?: { readonly value: number };
}

function tick(format: (value: number) => string, anchor: 'middle' | 'end', down: number) {
  return function Tick({ x = 0, y = 0, payload }: TickProps): ReactElement {
    return (
      <text className="chart-tick" x={Number(x) - (anchor === 'end' ? 2 : 0)} y={Number(y) + down} textAnchor={anchor}>
        {format(payload?.value ?? 0)}
      </text>
    );
  };
}

const dashes: Partial<Record<Series['style'], string>> = { dashed: '5 4' };

function lineOf(series: Series): ReactElement {
  return (
    <Line
      key={series.key}
      dataKey={series.key}
      className={`chart-line-${series.style}`}
      stroke={series.color}
      strokeDasharray={dashes[series.style] ?? ''}
      type="linear"
      connectNulls
      dot={false}
      activeDot={false}
      isAnimationActive={false}
    />
  );
}

function bandOf(series: Series): ReactElement {
  return (
    <Area
      key={bandKey(series.key)}
      dataKey={bandKey(series.key)}
      className={series.style === 'band' ? 'chart-band-solid' : 'chart-band'}
      fill={series.color}
      stroke="none"
      type="linear"
      connectNulls
      dot={false}
      activeDot={false}
      isAnimationActive={false}
    />
  );
}

const noSeries: readonly Series[] = [];

/** The drawn lines; the same model and size draw nothing anew. */
export const Plot = memo(function Plot({ model, size }: { readonly model: PlotModel; readonly size: Size }): ReactElement {
  // A single point is no curve yet.
  const series = model.empty === undefined ? model.series : noSeries;
  const rows = useMemo(() => mergeRows(series, model.x, model.y), [series, model]);
  const frame = frameOf(size);
  const { unit } = size;
  const xTicks = ticksOf(model.x, Math.max(2, Math.floor((frame.right - frame.left) / (58 * unit))));
  // Without a curve there is nothing yet to measure.
  const yTicks =
    model.empty === undefined ? ticksOf(model.y, Math.min(8, Math.max(2, Math.floor((frame.bottom - frame.top) / (23 * unit))))) : [];
  const format = (value: number): string => model.formatTick(value);
  return (
    <ComposedChart
      data={rows}
      width={size.width}
      height={size.height}
      margin={{ left: 0, top: frame.top, right: size.width - frame.right, bottom: 0 }}
      accessibilityLayer={false}
    >
      <CartesianGrid stroke="var(--grid)" vertical={false} horizontalValues={yTicks} />
      <XAxis
        dataKey="x"
        type="number"
        scale={model.x.kind}
        domain={[model.x.low, model.x.high]}
        allowDataOverflow
        ticks={xTicks}
        interval={0}
        height={size.height - frame.bottom}
        tick={tick((value) => model.formatPlaceTick(value), 'middle', 10 * unit)}
        axisLine={false}
        tickLine={false}
      />
      <YAxis
        type="number"
        scale={model.y.kind}
        domain={[model.y.low, model.y.high]}
        allowDataOverflow
        ticks={yTicks}
        interval={0}
        width={frame.left}
        tick={tick(format, 'end', 4 * unit)}
        axisLine={false}
        tickLine={false}
      />
      {series.filter((one) => one.min !== undefined).map(bandOf)}
      {series.filter((one) => one.style !== 'band').map(lineOf)}
    </ComposedChart>
  );
});
