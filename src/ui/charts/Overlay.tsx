/** Words and marks above the lines: axis names, labels at line ends, references, what happened, and the shared cursor. */
import { memo, type ReactElement } from 'react';
import { useCursor } from './chart-context.ts';
import type { Rect } from './ink.ts';
import { placeLineLabels, rectOf, type PlacedLabel } from './label-layout.ts';
import { placeMarks, type PlacedMark } from './mark-layout.ts';
import { frameOf, type Frame } from './Plot.tsx';
import type { PlotModel } from './plot-model.ts';
import { nearestIndex } from './rows.ts';
import { fractionOf } from './scale.ts';
import type { Size } from './use-redraw.ts';

interface Props {
  readonly model: PlotModel;
  readonly size: Size;
}

/** From values to pixels; what lies outside is held at the edge. */
export function projection(model: PlotModel, frame: Frame) {
  const hold = (fraction: number): number => (Number.isNaN(fraction) ? 0 : Math.min(1, Math.max(0, fraction)));
  return {
    x: (value: number) => frame.left + hold(fractionOf(model.x, value)) * (frame.right - frame.left),
    y: (value: number) => frame.bottom - hold(fractionOf(model.y, value)) * (frame.bottom - frame.top),
  };
}

interface LabelProps {
  readonly labels: readonly PlacedLabel[];
  readonly model: PlotModel;
  readonly unit: number;
}

function LineLabels({ labels, model, unit }: LabelProps): ReactElement {
  const toneOf = (key: string): string | undefined => model.references.find(({ text }) => `level ${text}` === key)?.tone;
  return (
    <>
      {labels.map(({ key, text, left, middle, style }) => {
        const looks = style === undefined ? `chart-level chart-level-${toneOf(key) ?? 'muted'}` : `chart-end chart-end-${style}`;
        return (
          <text key={key} className={looks} x={left} y={middle + 4 * unit}>
            {text}
          </text>
        );
      })}
    </>
  );
}

function Words({ placed: { mark, words } }: { readonly placed: PlacedMark }): ReactElement | null {
  return words === undefined ? null : (
    <text x={words.left} y={words.baseline}>
      {mark.text}
    </text>
  );
}

function Marks({ model, size, taken }: Props & { readonly taken: readonly Rect[] }): ReactElement {
  const frame = frameOf(size);
  const to = projection(model, frame);
  const { lines, dots } = placeMarks(model, { ...to, frame, width: size.width, unit: size.unit, taken });
  return (
    <>
      {lines.map((placed) => (
        <g key={`${placed.mark.x} ${placed.mark.text}`} className={`chart-mark chart-mark-${placed.mark.tone}`}>
          {placed.mark.from !== undefined && (
            <rect x={to.x(placed.mark.from)} y={frame.top} width={placed.x - to.x(placed.mark.from)} height={frame.bottom - frame.top} />
          )}
          <line x1={placed.x} x2={placed.x} y1={frame.top} y2={frame.bottom} />
          <Words placed={placed} />
        </g>
      ))}
      {dots.map((placed) => (
        <g key={placed.mark.text} className={`chart-mark chart-mark-${placed.mark.tone}`}>
          <circle cx={placed.x} cy={placed.y} r={4 * size.unit} />
          <Words placed={placed} />
        </g>
      ))}
    </>
  );
}

function References({ model, size }: Props): ReactElement {
  const frame = frameOf(size);
  const to = projection(model, frame);
  return (
    <>
      {model.references.map(({ y, text, tone }) => (
        <line key={text} className={`chart-reference chart-reference-${tone}`} x1={frame.left} x2={frame.right} y1={to.y(y)} y2={to.y(y)} />
      ))}
    </>
  );
}

/** A line of one point has no length: a dot shows where it begins. */
function FirstPoints({ model, size }: Props): ReactElement {
  const to = projection(model, frameOf(size));
  return (
    <>
      {model.series.map(({ key, x, mean, style, color }) => {
        const first = mean.findIndex(Number.isFinite);
        if (style === 'band' || first < 0 || first !== mean.findLastIndex(Number.isFinite)) return null;
        return <circle key={key} cx={to.x(x[first] ?? NaN)} cy={to.y(mean[first] ?? NaN)} r={3.5 * size.unit} fill={color} />;
      })}
    </>
  );
}

/** Everything on a chart above its lines but the cursor. */
export const Overlay = memo(function Overlay({ model, size }: Props): ReactElement {
  const frame = frameOf(size);
  const { unit } = size;
  const labels = model.empty === undefined ? placeLineLabels(model, { ...projection(model, frame), frame, unit }) : [];
  return (
    <svg className="chart-overlay" width={size.width} height={size.height}>
      <text className="chart-axis-name" x={4} y={10 * size.unit}>
        {model.yName}
      </text>
      <text className="chart-axis-name" x={(frame.left + frame.right) / 2} y={size.height - 3 * size.unit} textAnchor="middle">
        {model.xName}
      </text>
      {model.empty === undefined && <References model={model} size={size} />}
      {model.empty === undefined && <FirstPoints model={model} size={size} />}
      <Marks model={model} size={size} taken={labels.map((label) => rectOf(label, unit))} />
      <LineLabels labels={labels} model={model} unit={unit} />
    </svg>
  );
});

/** The shared cursor on this chart: a vertical line and a dot on each line. */
export function CursorLine({ model, size }: Props): ReactElement | null {
  const place = useCursor();
  if (place === undefined || model.empty !== undefined) return null;
  const frame = frameOf(size);
  const to = projection(model, frame);
  const x = to.x(place);
  return (
    <svg className="chart-overlay chart-cursor" width={size.width} height={size.height}>
      <line x1={x} x2={x} y1={frame.top} y2={frame.bottom} />
      {model.series.map((series) => {
        const index = series.quiet === true || series.style === 'band' ? -1 : nearestIndex(series, place, model.x);
        const [at, value] = [series.x[index], series.mean[index]];
        if (at === undefined || value === undefined || Math.abs(to.x(at) - x) > 12) return null;
        return <circle key={series.key} cx={to.x(at)} cy={to.y(value)} r={3 * size.unit} fill={series.color} />;
      })}
    </svg>
  );
}
