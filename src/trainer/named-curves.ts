/** Curves whose names are known only once a run measures them: one for each layer. Nothing is kept before. */
import type { SerializedHistory } from '../shared/history.ts';
import { History } from '../shared/history.ts';
import type { Curves, Positions } from './trainer.ts';

/** More curves than any network here has layers. */
const mostNames = 64;

/** The names in a saved history. Throws `TypeError` if they are none. */
export function namesIn({ streams }: SerializedHistory): readonly string[] {
  const names: unknown = streams;
  if (!Array.isArray(names) || names.length > mostNames || !names.every((name) => typeof name === 'string'))
    throw new TypeError('these are no names of curves');
  return names;
}

/** A history that takes its names from the first columns it is given. `saved`: what `save` gave. */
export class NamedCurves {
  private history: History<string> | undefined;

  constructor(saved?: SerializedHistory) {
    this.history = saved && History.from(saved, namesIn(saved));
  }

  /** Appends columns of equal length; none at all is nothing. */
  append(at: Positions, columns: Readonly<Record<string, Float64Array>>): void {
    const names = Object.keys(columns);
    if (names.length === 0) return;
    this.history ??= new History<string>(names);
    this.history.append({ ...columns, step: at.step, epoch: at.epoch, examples: at.examples, seconds: at.seconds });
  }

  /** At most so many buckets; nothing if nothing was measured. */
  reduce(points: number): Curves<string> | undefined {
    return this.history?.reduce(points);
  }

  save(): SerializedHistory | undefined {
    return this.history?.serialize();
  }
}
