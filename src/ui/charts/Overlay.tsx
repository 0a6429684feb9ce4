/** Words and marks above the lines: axis names, labels at line ends, references, what happened, and the shared cursor. */
import { memo, type ReactElement } from 'react';
import { useCursor } from './chart-context.ts';
import type { Rect } from './ink.ts';
import { placeLabels, textWidth } from './labels.ts';
import { placeMarks, type PlacedMark } from './mark-layout.ts';
import { frameOf, type Frame } from './Plot.tsx';
import type { PlotModel, Series } from './plot-model.ts';
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

interface EndLabel {
  readonly series: Series;
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** Where each labelled line ends; labels whose lines end near each other are moved apart. */
function endLabels({ model, size }: Props): EndLabel[] {
  const frame = frameOf(size);
  const to = projection(model, frame);
  const ends = model.series.flatMap((series): EndLabel[] => {
    const last = series.mean.findLastIndex((value) => Number.isFinite(value));
    if (series.end === undefined || last < 0) return [];
    const top = series.style === 'band' ? series.max : series.mean;
    const beyond = (series.mean[last] ?? NaN) > model.y.high && series.style !== 'band';
    const text = beyond ? `${series.end} ↑` : series.end;
    return [{ series, text, x: to.x(series.x[last] ?? NaN), y: to.y(top?.[last] ?? NaN) }];
  });
  const groups: EndLabel[][] = [];
  for (const end of ends.toSorted((a, b) => a.x - b.x)) {
    const group = groups.at(-1);
    if (group !== undefined && end.x - (group.at(-1)?.x ?? 0) < 80 * size.unit) group.push(end);
    else groups.push([end]);
  }
  return groups.flatMap((group) => {
    const heights = placeLabels(
      group.map((end) => end.y),
      14 * size.unit,
      frame.top - 6,
      frame.bottom + 8,
    );
    return group.map((end, i) => ({ ...end, y: heights[i] ?? end.y }));
  });
}

function EndLabels(props: Props): ReactElement {
  return (
    <>
      {endLabels(props).map(({ series, text, x, y }) => (
        <text key={series.key} className={`chart-end chart-end-${series.style}`} x={x + 7} y={y + 4 * props.size.unit}>
          {text}
        </text>
      ))}
    </>
  );
}

/** Where words stand already: labels at line ends, and references. */
function wordsTaken(props: Props): Rect[] {
  const { model, size } = props;
  const { unit } = size;
  const frame = frameOf(size);
  const to = projection(model, frame);
  const wide = (text: string): number => textWidth(text, 12 * unit);
  const ends = endLabels(props).map(({ text, x, y }) => ({
    left: x + 7,
    top: y - 7 * unit,
    width: wide(text),
    height: 14 * unit,
  }));
  const references = model.references.map(({ y, text, inside }) => ({
    left: (inside === true ? frame.left : frame.right) + 4,
    top: to.y(y) - (inside === true ? 15 : 7) * unit,
    width: wide(text),
    height: 14 * unit,
  }));
  return [...ends, ...references];
}

function Words({ placed: { mark, words } }: { readonly placed: PlacedMark }): ReactElement | null {
  return words === undefined ? null : (
    <text x={words.left} y={words.baseline}>
      {mark.text}
    </text>
  );
}

function Marks({ model, size }: Props): ReactElement {
  const frame = frameOf(size);
  const taken = model.empty === undefined ? wordsTaken({ model, size }) : [];
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
      {model.references.map(({ y, text, tone, inside }) => (
        <g key={text} className={`chart-reference chart-reference-${tone}`}>
          <line x1={frame.left} x2={frame.right} y1={to.y(y)} y2={to.y(y)} />
          <text x={(inside === true ? frame.left : frame.right) + 4} y={to.y(y) + (inside === true ? -4 : 4) * size.unit}>
            {text}
          </text>
        </g>
      ))}
    </>
  );
}

/** Everything in words on a chart but the cursor. */
export const Overlay = memo(function Overlay({ model, size }: Props): ReactElement {
  const frame = frameOf(size);
  return (
    <svg className="chart-overlay" width={size.width} height={size.height}>
      <text className="chart-axis-name" x={4} y={10 * size.unit}>
        {model.yName}
      </text>
      <text className="chart-axis-name" x={(frame.left + frame.right) / 2} y={size.height - 3 * size.unit} textAnchor="middle">
        {model.xName}
      </text>
      {model.empty === undefined && <References model={model} size={size} />}
      <Marks model={model} size={size} />
      {model.empty === undefined && <EndLabels model={model} size={size} />}
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
