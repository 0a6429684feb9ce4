/**
 * One chart, drawn: Recharts lays out axes, ticks and grid; the curves are a layer of paths within it.
 *
 * Idea: while a run trains, its curves change several times a second and the axes hardly ever. A redraw through Recharts' own
 * lines took 15 to 60 ms a chart, so the axes are kept as they are until a tick or the size changes, and only the paths move.
 * Words, marks and cursor lie above in an overlay that knows the same geometry.
 */
import { createContext, memo, useContext, type ReactElement } from 'react';
import { CartesianGrid, ComposedChart, XAxis, YAxis } from 'recharts';
import { bandPath, linePath } from './curve-path.ts';
import type { PlotModel, Series } from './plot-model.ts';
import { ticksOf, withTick, type Scale } from './scale.ts';
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

interface PlotProps {
  readonly model: PlotModel;
  readonly size: Size;
}

const CurvesContext = createContext<PlotProps | undefined>(undefined);

const dashes: Partial<Record<Series['style'], string>> = { dashed: '5 4' };

/** Pixels above and below the plot area in which a line along its edge keeps its whole width. */
const room = 3;

/** The curves of the model in the context. */
function Curves(): ReactElement | null {
  const shown = useContext(CurvesContext);
  // A single point is no curve yet.
  if (shown?.model.empty !== undefined || shown === undefined) return null;
  const { model, size } = shown;
  const frame = frameOf(size);
  const [width, height] = [Math.max(0, frame.right - frame.left), Math.max(0, frame.bottom - frame.top)];
  const area = { x: model.x, y: model.y, width, height };
  return (
    <svg x={frame.left} y={frame.top - room} width={width} height={height + 2 * room} viewBox={`0 ${-room} ${width} ${height + 2 * room}`}>
      {model.series.map((series) => (
        <path
          key={`${series.key} band`}
          className={series.style === 'band' ? 'chart-band-solid' : 'chart-band'}
          fill={series.color}
          d={bandPath(area, series)}
        />
      ))}
      {model.series.map((series) =>
        series.style === 'band' ? null : (
          <path
            key={series.key}
            className={`chart-line-${series.style}`}
            fill="none"
            stroke={series.color}
            strokeDasharray={dashes[series.style]}
            d={linePath(area, series)}
          />
        ),
      )}
    </svg>
  );
}

/** What the axes show, as plain values that can be compared. */
interface Axes {
  readonly x: Scale;
  readonly y: Scale;
  readonly size: Size;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
  readonly xWords: readonly string[];
  readonly yWords: readonly string[];
}

function axesOf({ model, size }: PlotProps): Axes {
  const frame = frameOf(size);
  const { unit } = size;
  const xTicks = ticksOf(model.x, Math.max(2, Math.floor((frame.right - frame.left) / (58 * unit))));
  // Without a curve there is nothing yet to measure.
  const round =
    model.empty === undefined ? ticksOf(model.y, Math.min(8, Math.max(2, Math.floor((frame.bottom - frame.top) / (23 * unit))))) : [];
  const yTicks = model.empty === undefined && model.namedY !== undefined ? withTick(round, model.y, model.namedY) : round;
  const xWords = xTicks.map((value) => model.formatPlaceTick(value));
  return { x: model.x, y: model.y, size, xTicks, yTicks, xWords, yWords: yTicks.map((value) => model.formatTick(value)) };
}

interface TickProps {
  readonly x?: number | string;
  readonly y?: number | string;
  readonly payload?: { readonly value: number };
}

function tick(ticks: readonly number[], words: readonly string[], anchor: 'middle' | 'end', down: number) {
  return function Tick({ x = 0, y = 0, payload }: TickProps): ReactElement {
    return (
      <text className="chart-tick" x={Number(x) - (anchor === 'end' ? 2 : 0)} y={Number(y) + down} textAnchor={anchor}>
        {words[ticks.indexOf(payload?.value ?? Number.NaN)]}
      </text>
    );
  };
}

const noRows: readonly never[] = [];

/** Axes and grid by Recharts, and the curves within. `same` is equal for equal axes: then nothing is drawn anew. */
const AxesAndCurves = memo(
  function AxesAndCurves({ axes }: { readonly axes: Axes; readonly same: string }): ReactElement {
    const { x, y, size, xTicks, yTicks } = axes;
    const frame = frameOf(size);
    return (
      <ComposedChart
        data={noRows}
        width={size.width}
        height={size.height}
        margin={{ left: 0, top: frame.top, right: size.width - frame.right, bottom: 0 }}
        accessibilityLayer={false}
      >
        <CartesianGrid stroke="var(--grid)" vertical={false} horizontalValues={[...yTicks]} />
        <XAxis
          dataKey="x"
          type="number"
          scale={x.kind}
          domain={[x.low, x.high]}
          allowDataOverflow
          ticks={xTicks}
          interval={0}
          height={size.height - frame.bottom}
          tick={tick(xTicks, axes.xWords, 'middle', 10 * size.unit)}
          axisLine={false}
          tickLine={false}
        />
        <YAxis
          type="number"
          scale={y.kind}
          domain={[y.low, y.high]}
          allowDataOverflow
          ticks={yTicks}
          interval={0}
          width={frame.left}
          tick={tick(yTicks, axes.yWords, 'end', 4 * size.unit)}
          axisLine={false}
          tickLine={false}
        />
        <Curves />
      </ComposedChart>
    );
  },
  (before, after) => before.same === after.same,
);

/** The drawn chart; the same model and size draw nothing anew. */
export const Plot = memo(function Plot({ model, size }: PlotProps): ReactElement {
  const axes = axesOf({ model, size });
  return (
    <CurvesContext value={{ model, size }}>
      <AxesAndCurves axes={axes} same={JSON.stringify(axes)} />
    </CurvesContext>
  );
});
