/** The pen by keys: up and down bend the curve at the cursor, Enter and Delete set and take a knot, Page keys go from knot to knot. */
import type { Curve } from '../../params/kinds.ts';
import { factorAt } from '../../schedule/drawn.ts';
import { knotAt, withKnot, withoutKnot } from '../../schedule/knots.ts';
import type { PlotModel } from './plot-model.ts';
import { fractionOf, valueAt } from './scale.ts';
import type { Sheet } from './sheet.ts';

/** The keys in a sentence, for those who cannot see the chart. */
export const penKeysInWords =
  'Left and right move along the run, up and down bend the curve there, Enter sets a knot, Delete takes it away, Page Up and Page Down go to the next knots, Control and Z takes back.';

/** What a key comes to: another curve, another place of the cursor, or both. */
export interface KeyEdit {
  readonly curve?: Curve;
  readonly place?: number;
}

/** The rate that the curve has at a place of the chart. */
function rateAt({ curve, knotUnder, pointOf }: Sheet, x: number): number {
  const [place] = knotUnder(x, 0);
  return pointOf([place, factorAt(curve, place)]).rate;
}

/** What a key does at a place of the cursor; nothing if it is not one of the pen's. */
export function keyEdit(key: string, fast: boolean, sheet: Sheet, model: PlotModel, x: number): KeyEdit | undefined {
  const height = sheet.heightOn(model.y);
  const stride = fast ? 0.1 : 0.02;
  const at = knotAt(sheet.curve, sheet.knotUnder(x, 0)[0]);
  const bent = (by: number): KeyEdit => {
    const raised = Math.min(1, Math.max(0, fractionOf(model.y, rateAt(sheet, x))) + by);
    return { curve: withKnot(sheet.curve, sheet.knotUnder(x, raised <= 1e-9 ? 0 : valueAt(model.y, raised)), height), place: x };
  };
  const toward = (steps: 1 | -1): KeyEdit => {
    const [here] = at < 0 ? sheet.knotUnder(x, 0) : (sheet.curve[at] ?? [0]);
    const knots = steps > 0 ? sheet.curve : sheet.curve.toReversed();
    const next = knots.find(([place]) => (place - here) * steps > 0);
    return next === undefined ? { place: x } : { place: sheet.pointOf(next).x };
  };
  switch (key) {
    case 'ArrowUp':
      return bent(stride);
    case 'ArrowDown':
      return bent(-stride);
    case 'Enter':
      return bent(0);
    case 'Delete':
    case 'Backspace':
      return at < 0 ? { place: x } : { curve: withoutKnot(sheet.curve, at), place: x };
    case 'PageUp':
      return toward(-1);
    case 'PageDown':
      return toward(1);
    default:
      return undefined;
  }
}

/** What the pen stands on: `knot 2 of 5`. */
export function knotInWords(sheet: Sheet, x: number): string {
  const at = knotAt(sheet.curve, sheet.knotUnder(x, 0)[0]);
  return at < 0 ? 'no knot here' : `knot ${String(at + 1)} of ${String(sheet.curve.length)}`;
}
