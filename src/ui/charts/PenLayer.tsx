/** The pen by mouse or finger: a drag over the plot draws, and what comes of it is seen at once; the knots are dots. */
import { useRef, useState, type PointerEvent, type ReactElement } from 'react';
import type { Curve, Knot } from '../../params/kinds.ts';
import { afterStroke, beginStroke, continueStroke, type Stroke } from '../../schedule/knots.ts';
import { formatPlace, type AxisName } from './axis.ts';
import { linePath } from './curve-path.ts';
import { projection } from './Overlay.tsx';
import { frameOf } from './Plot.tsx';
import type { PlotModel } from './plot-model.ts';
import { valueAt } from './scale.ts';
import type { Size } from './use-redraw.ts';
import type { Pen } from './use-pen.ts';

interface Props {
  readonly pen: Pen;
  readonly model: PlotModel;
  readonly size: Size;
  readonly axis: AxisName;
}

/** What a stroke under way would make of the curve, and where it is. */
interface Draft {
  readonly curve: Curve;
  readonly at: Knot;
}

/** Pixels around the plot in which a stroke may begin, so that its edges can be reached. */
const margin = 10;
/** What is so near to an edge of the plot means the edge. */
const snap = 0.012;

const snapped = (fraction: number): number => (fraction < snap ? 0 : fraction > 1 - snap ? 1 : fraction);

/** The knot under the pointer. */
function knotUnder({ sheet }: Pen, model: PlotModel, event: PointerEvent<HTMLElement>): Knot {
  const box = event.currentTarget.getBoundingClientRect();
  const across = (event.clientX - box.left - margin) / (box.width - 2 * margin);
  const up = 1 - (event.clientY - box.top - margin) / (box.height - 2 * margin);
  // A logarithmic axis has no zero: its lower edge stands for it.
  const rate = up < snap ? 0 : valueAt(model.y, Math.min(1, up));
  return sheet.knotUnder(valueAt(model.x, snapped(across)), rate);
}

/** Lies over the plot and takes strokes. */
export function PenLayer({ pen, model, size, axis }: Props): ReactElement {
  const stroke = useRef<Stroke>(undefined);
  const [draft, setDraft] = useState<Draft>();
  const height = pen.sheet.heightOn(model.y);
  const frame = frameOf(size);
  const follow = (next: Stroke | undefined): void => {
    stroke.current = next;
    setDraft(next === undefined ? undefined : { curve: afterStroke(next, height), at: next.at });
  };
  return (
    <>
      <div
        className="chart-pen"
        style={{
          '--pen-left': `${String(frame.left - margin)}px`,
          '--pen-top': `${String(frame.top - margin)}px`,
          '--pen-width': `${String(frame.right - frame.left + 2 * margin)}px`,
          '--pen-height': `${String(frame.bottom - frame.top + 2 * margin)}px`,
        }}
        onPointerDown={(event) => {
          if (event.button !== 0 || stroke.current !== undefined) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          follow(beginStroke(pen.sheet.curve, knotUnder(pen, model, event)));
        }}
        onPointerMove={(event) => {
          if (stroke.current !== undefined) follow(continueStroke(stroke.current, knotUnder(pen, model, event)));
        }}
        onPointerUp={() => {
          if (stroke.current !== undefined) pen.draw(afterStroke(stroke.current, height));
          follow(undefined);
        }}
        onPointerCancel={() => follow(undefined)}
      />
      <Drawn pen={pen} model={model} size={size} draft={draft?.curve} />
      {draft !== undefined && <Readout pen={pen} model={model} axis={axis} at={draft.at} />}
    </>
  );
}

/** The knots, and the line of a stroke under way. */
function Drawn({ pen, model, size, draft }: Omit<Props, 'axis'> & { readonly draft: Curve | undefined }): ReactElement {
  const frame = frameOf(size);
  const to = projection(model, frame);
  const area = { x: model.x, y: model.y, width: frame.right - frame.left, height: frame.bottom - frame.top };
  const line = draft === undefined ? undefined : pen.sheet.lineOf(draft);
  return (
    <svg className="chart-overlay" width={size.width} height={size.height} aria-hidden="true">
      {line !== undefined && (
        <path
          className="chart-stroke"
          transform={`translate(${String(frame.left)} ${String(frame.top)})`}
          fill="none"
          d={linePath(area, line)}
        />
      )}
      {(draft ?? pen.sheet.curve).map((knot) => {
        const { x, rate } = pen.sheet.pointOf(knot);
        return <circle key={knot[0]} className="chart-knot" cx={to.x(x)} cy={to.y(rate)} r={3 * size.unit} />;
      })}
    </svg>
  );
}

/** Says where the pen is, in place of what was planned there. */
function Readout({ pen, model, axis, at }: Omit<Props, 'size'> & { readonly at: Knot }): ReactElement {
  const { x, rate } = pen.sheet.pointOf(at);
  return (
    <p className="chart-readout" aria-hidden="true">
      {`${formatPlace(axis, x)} · drawn ${model.formatValue(rate)}`}
    </p>
  );
}
