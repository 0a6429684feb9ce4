/**
 * Curves that only exist once a run measures them: diagnostics, by step or by evaluation. Nothing is kept before.
 * Each has names of its own (a layer, an end of an interval), which are those of the first row that it is given.
 */
import type { SerializedHistory } from '../shared/history.ts';
import { History } from '../shared/history.ts';
import type { Evaluation, StepColumns } from '../training/run-types.ts';
import { measuredNames } from './trainer.ts';
import type { Curves, MeasuredCurve, Positions } from './trainer.ts';

/** The curves as plain data. */
export type SavedMeasured = Readonly<Partial<Record<MeasuredCurve, SerializedHistory>>>;

/** More names than any network here has layers. */
const mostNames = 64;

/** A little coarser than the loss; all that is ever drawn. */
const size = { capacity: 512, recent: 0 };

/** Goes on from what `save` gave. Throws `TypeError` if it is not that. */
export class MeasuredCurves {
  private readonly histories = new Map<MeasuredCurve, History<string>>();

  constructor(saved: SavedMeasured = {}) {
    for (const curve of measuredNames) {
      const history = saved[curve];
      if (history) this.histories.set(curve, History.from(history, namesIn(history)));
    }
  }

  /** Takes in steps: the update ratios of the layers, the z-loss. */
  addSteps(at: Positions, { measured }: StepColumns): void {
    const ratios = Object.entries(measured).filter(([name]) => name.startsWith('update.'));
    if (measured['zLoss']) this.append('zLoss', at, { penalty: measured['zLoss'] });
    this.append('updates', at, Object.fromEntries(ratios.map(([name, column]) => [name.slice('update.'.length), column])));
  }

  /** Takes in an evaluation: idle units of the layers, noise scale, sharpness, loss on old text. */
  addEvaluation(at: Positions, { units = {}, noise, sharpness, oldLoss }: Evaluation): void {
    const idle = Object.entries(units).flatMap(([layer, { dead, saturated }]) => [
      ...(dead === undefined ? [] : [[`dead.${layer}`, dead] as const]),
      ...(saturated === undefined ? [] : [[`saturated.${layer}`, saturated] as const]),
    ]);
    this.append('units', at, row(Object.fromEntries(idle)));
    if (noise) this.append('noise', at, row({ scale: noise.scale, low: noise.low, high: noise.high }));
    if (oldLoss !== undefined) this.append('old', at, row({ loss: oldLoss }));
    if (sharpness !== undefined) this.append('sharpness', at, row({ sharpness }));
  }

  /** All that was measured, in at most so many buckets. */
  reduce(points: number): Readonly<Partial<Record<MeasuredCurve, Curves<string>>>> {
    return Object.fromEntries([...this.histories].map(([curve, history]) => [curve, history.reduce(points)]));
  }

  save(): SavedMeasured {
    return Object.fromEntries([...this.histories].map(([curve, history]) => [curve, history.serialize()]));
  }

  private append(curve: MeasuredCurve, at: Positions, columns: Readonly<Record<string, Float64Array>>): void {
    const names = Object.keys(columns);
    if (names.length === 0) return;
    const history = this.histories.get(curve) ?? new History<string>(names, size);
    this.histories.set(curve, history);
    history.append({ ...columns, step: at.step, epoch: at.epoch, examples: at.examples, seconds: at.seconds });
  }
}

function row(values: Readonly<Record<string, number>>): Readonly<Record<string, Float64Array>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Float64Array.of(value)]));
}

/** The names in a saved history, from a file perhaps. */
function namesIn({ streams }: SerializedHistory): readonly string[] {
  const names: unknown = streams;
  if (!Array.isArray(names) || names.length > mostNames || !names.every((name) => typeof name === 'string'))
    throw new TypeError('these are no names of curves');
  return names;
}
