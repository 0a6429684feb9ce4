/** Activations over a whole layer at once, in place, and their slopes from the activated values. */

/** Activations that the plain step has. */
export type PlainActivation = 'tanh' | 'relu';

/** h = φ(z), in place. */
export function activate(name: PlainActivation, values: Float64Array): void {
  if (name === 'tanh') for (let i = 0; i < values.length; i++) values[i] = Math.tanh(values[i]!);
  else for (let i = 0; i < values.length; i++) if (!(values[i]! > 0)) values[i] = 0;
}

/** dz = dh · φ′(z), in place, from h = φ(z). */
export function throughActivation(name: PlainActivation, gradient: Float64Array, activated: Float64Array): void {
  if (name === 'tanh') for (let i = 0; i < gradient.length; i++) gradient[i]! *= 1 - activated[i]! * activated[i]!;
  else for (let i = 0; i < gradient.length; i++) if (activated[i] === 0) gradient[i] = 0;
}
