/**
 * One chart in its panel: heading, lines, overlay, cursor, table, and a summary for those who cannot see it.
 * What it shows is decided by `build`; when it redraws, by the page's scheduler.
 */
import {
  useContext,
  useId,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type PointerEvent,
  type ReactElement,
  type ReactNode,
  type RefObject,
} from 'react';
import type { AxisName, ChartInput } from './axis.ts';
import { CursorContext, useCursor, type CursorStore } from './chart-context.ts';
import { DataTable } from './DataTable.tsx';
import { CursorLine, Overlay } from './Overlay.tsx';
import { keyEdit, knotInWords, penKeysInWords } from './pen-keys.ts';
import { PenLayer } from './PenLayer.tsx';
import { frameOf, Plot } from './Plot.tsx';
import type { PlotModel } from './plot-model.ts';
import { readout } from './readout.ts';
import { fractionOf, valueAt, type ScaleKind } from './scale.ts';
import type { Pen } from './use-pen.ts';
import { usePaced, useSize, type Size } from './use-redraw.ts';

/** What every chart component takes. */
export interface ChartProps {
  readonly input: ChartInput;
  /** Stands in the heading. */
  readonly tools?: ReactNode;
}

interface Props extends ChartProps {
  readonly name: string;
  /** A pure function declared outside the component. */
  readonly build: (input: ChartInput, yKind: ScaleKind) => PlotModel;
  readonly startWith: ScaleKind;
  /** Shows a new configuration at once: a chart of the plan must follow the slider that moves it. */
  readonly eager?: boolean;
  /** Draws on this chart, where something is to be drawn. */
  readonly pen?: Pen | undefined;
}

/** What is drawn of the latest input: paced, but settings (and for an eager chart the configuration) at once. */
function useShown(ref: RefObject<HTMLElement | null>, input: ChartInput, eager: boolean): ChartInput {
  const paced = usePaced(ref, input);
  const { settings } = input;
  const { config, description, stale } = eager ? input : paced;
  const { run, previous, otherText } = paced;
  return useMemo(
    () => ({ run, previous, otherText, config, description, stale, settings }),
    [run, previous, otherText, config, description, stale, settings],
  );
}

/** A chart. */
export function Chart({ input, tools, name, build, startWith, eager = false, pen }: Props): ReactElement {
  const ref = useRef<HTMLElement>(null);
  const [yKind, setYKind] = useState(startWith);
  const [asTable, setAsTable] = useState(false);
  const shown = useShown(ref, input, eager);
  const model = useMemo(() => build(shown, yKind), [build, shown, yKind]);
  const { axis } = input.settings;
  return (
    <section ref={ref} className={`chart chart-${name}`} role="group" aria-label={`${model.title} chart`}>
      <header className="chart-header">
        <h2>{model.title}</h2>
        <p className="chart-subtitle" title={model.subtitle}>
          {pen === undefined ? model.subtitle : `drag to draw · ${model.subtitle}`}
        </p>
        {tools}
        <button
          type="button"
          className="chart-toggle"
          aria-pressed={yKind === 'log'}
          onClick={() => setYKind(yKind === 'log' ? 'linear' : 'log')}
        >
          log y
        </button>
        <button
          type="button"
          className="chart-toggle"
          aria-label={asTable ? 'Show as chart' : 'Show as table'}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? 'chart' : 'table'}
        </button>
      </header>
      {model.beside !== undefined && <p className="chart-beside">{model.beside}</p>}
      {model.note !== undefined && <p className="chart-note">{model.note}</p>}
      <p className="visually-hidden">{model.summary}</p>
      {asTable ? <DataTable model={model} axis={axis} /> : <Surface model={model} axis={axis} pen={pen} />}
    </section>
  );
}

const whole = (axis: AxisName, value: number): number => (axis === 'step' || axis === 'examples' ? Math.round(value) : value);

/** Moves the cursor by keys: arrows by a hundredth of the axis (with shift a tenth), Home and End, Escape takes it away. */
function moveByKey(event: KeyboardEvent, model: PlotModel, axis: AxisName, cursor: CursorStore): void {
  const place = cursor.get();
  const now = place === undefined ? 0.5 : fractionOf(model.x, place);
  const stride = event.shiftKey ? 0.1 : 0.01;
  const target = { ArrowLeft: now - stride, ArrowDown: now - stride, ArrowRight: now + stride, ArrowUp: now + stride, Home: 0, End: 1 }[
    event.key
  ];
  if (event.key === 'Escape') cursor.set(undefined);
  if (target === undefined) return;
  event.preventDefault();
  const next = whole(axis, valueAt(model.x, Math.min(1, Math.max(0, target))));
  // On a short axis a hundredth may round to the same step: go on by one.
  const step = next === place && axis === 'step' ? next + Math.sign(target - now) : next;
  cursor.set(Math.min(model.x.high, Math.max(model.x.low, step)));
}

/** Draws by key where the cursor is. False if the key is not one of the pen's. */
function drawByKey(event: KeyboardEvent, { sheet, draw, undo }: Pen, model: PlotModel, cursor: CursorStore): boolean {
  const takesBack = event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey);
  const edit = takesBack ? {} : keyEdit(event.key, event.shiftKey, sheet, model, cursor.get() ?? valueAt(model.x, 0.5));
  if (edit === undefined) return false;
  event.preventDefault();
  if (takesBack) undo?.();
  if (edit.place !== undefined) cursor.set(edit.place);
  if (edit.curve !== undefined) draw(edit.curve, `keys at ${String(edit.place)}`);
  return true;
}

interface SurfaceProps {
  readonly model: PlotModel;
  readonly axis: AxisName;
  readonly pen: Pen | undefined;
}

/** The plot, its overlay, and the cursor, as one slider along x; with a pen the cursor draws. */
function Surface({ model, axis, pen }: SurfaceProps): ReactElement {
  const keysId = useId();
  const ref = useRef<HTMLDivElement>(null);
  const size = useSize(ref);
  const cursor = useContext(CursorContext);
  const place = useCursor();
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    const frame = frameOf(size);
    const fraction = (event.clientX - event.currentTarget.getBoundingClientRect().left - frame.left) / (frame.right - frame.left);
    cursor.set(fraction < -0.02 || fraction > 1.02 ? undefined : whole(axis, valueAt(model.x, Math.min(1, Math.max(0, fraction)))));
  };
  return (
    <div
      ref={ref}
      className="chart-surface"
      role="slider"
      tabIndex={0}
      aria-label={`${pen === undefined ? 'Cursor' : 'Pen'} on the ${model.title} chart`}
      aria-describedby={pen && keysId}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={place === undefined ? 0 : Math.round(100 * Math.min(1, Math.max(0, fractionOf(model.x, place))))}
      aria-valuetext={
        place === undefined ? 'no place chosen' : [readout(model, axis, place), ...(pen ? [knotInWords(pen.sheet, place)] : [])].join(' · ')
      }
      onPointerMove={onPointerMove}
      onPointerLeave={() => cursor.set(undefined)}
      onBlur={() => cursor.set(undefined)}
      onKeyDown={(event) => {
        if (pen === undefined || !drawByKey(event, pen, model, cursor)) moveByKey(event, model, axis, cursor);
      }}
    >
      {size.width > 0 && size.height > 0 && <Drawing model={model} size={size} />}
      {pen !== undefined && model.empty === undefined && size.width > 0 && <PenLayer pen={pen} model={model} size={size} axis={axis} />}
      {pen !== undefined && (
        <p id={keysId} className="visually-hidden">
          {penKeysInWords}
        </p>
      )}
      {place !== undefined && model.empty === undefined && (
        <p className="chart-readout" aria-hidden="true">
          {readout(model, axis, place)}
        </p>
      )}
      {model.empty !== undefined && <p className="chart-empty">{model.empty}</p>}
    </div>
  );
}

function Drawing({ model, size }: { readonly model: PlotModel; readonly size: Size }): ReactElement {
  return (
    <>
      <div aria-hidden="true">
        <Plot model={model} size={size} />
      </div>
      <div aria-hidden="true">
        <Overlay model={model} size={size} />
        <CursorLine model={model} size={size} />
      </div>
    </>
  );
}
