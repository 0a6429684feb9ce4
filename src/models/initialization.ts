/**
 * Initial values of the parameters: a pure function of the seed and of each tensor's place in the model.
 *
 * Weights are drawn from one stream, tensor by tensor, the same with and without normalisation; gains start at one, biases at zero. Sources: Glorot & Bengio 2010 (uniform,
 * ±√(6/(in+out))), He et al. 2015 (normal, √(2/in)), LeCun et al. 1998 (normal, √(1/in)); `normal` is N(0, 0.1²).
 */
import type { Config } from '../params/config.ts';
import { fillNormal, fillUniform, stream } from '../shared/random.ts';
import { sizeOf } from '../graph/graph.ts';
import type { Model, Parameter, Start } from './model.ts';

type InitializationName = Config['initialization'];

const plainDeviation = 0.1;

/** The flat vector of initial parameters: drawn, or what a pretrained model brings. */
export function initialParameters(model: Model, kind: InitializationName, seed: number): Float32Array {
  if (model.initial) return model.initial.slice();
  const flat = new Float32Array(model.parameterCount);
  let layer = 0;
  for (const parameter of model.parameters) {
    const own = flat.subarray(parameter.offset, parameter.offset + sizeOf(parameter.shape));
    if (parameter.role === 'gain') own.fill(1);
    // Two numbers of the stream to each drawn tensor: links depend on it.
    if (parameter.start !== undefined) fillAs(own, parameter.start, seed, 2 * layer++);
    else if (parameter.role === 'weight') fillWeights(own, parameter, kind, seed, 2 * layer++);
  }
  return flat;
}

function fillAs(out: Float32Array, start: Start, seed: number, index: number): void {
  switch (start.kind) {
    case 'normal':
      fillNormal(out, seed, stream.initialization, index, 0);
      out.forEach((value, i) => (out[i] = value * start.deviation));
      return;
    case 'uniform':
      fillUniform(out, seed, stream.initialization, index, 0);
      out.forEach((value, i) => (out[i] = (2 * value - 1) * start.bound));
      return;
    case 'orthogonal':
      fillNormal(out, seed, stream.initialization, index, 0);
      orthogonalize(out);
      return;
    case 'identity':
      out.forEach((_, i) => (out[i] = i % (Math.sqrt(out.length) + 1) === 0 ? 1 : 0));
      return;
    case 'zeros':
      out.fill(0);
  }
}

/** Makes the rows of a square matrix orthonormal, each by what those before it leave of it: for normal rows the result is uniform (Saxe et al. 2014). */
function orthogonalize(matrix: Float32Array): void {
  const side = Math.sqrt(matrix.length);
  const rows: Float64Array[] = [];
  for (let first = 0; first < matrix.length; first += side) {
    const row = Float64Array.from(matrix.subarray(first, first + side));
    for (const before of rows) {
      const share = before.reduce((sum, value, i) => sum + value * (row[i] ?? 0), 0);
      row.forEach((value, i) => (row[i] = value - share * (before[i] ?? 0)));
    }
    const length = Math.hypot(...row);
    row.forEach((value, i) => (row[i] = value / length));
    rows.push(row);
    matrix.set(row, first);
  }
}

function fillWeights(out: Float32Array, parameter: Parameter, kind: InitializationName, seed: number, index: number): void {
  if (kind === 'zeros') return;
  if (kind === 'glorot') {
    const bound = Math.sqrt(6 / (parameter.fanIn + parameter.fanOut));
    fillUniform(out, seed, stream.initialization, index, 0);
    out.forEach((value, i) => (out[i] = (2 * value - 1) * bound));
    return;
  }
  const deviation = deviationOf(kind, parameter);
  fillNormal(out, seed, stream.initialization, index, 0);
  out.forEach((value, i) => (out[i] = value * deviation));
}

function deviationOf(kind: InitializationName, { name, fanIn }: Parameter): number {
  switch (kind) {
    case 'he':
      return Math.sqrt(2 / fanIn);
    case 'lecun':
      return Math.sqrt(1 / fanIn);
    case 'normal':
      return plainDeviation;
    default:
      throw new RangeError(`${kind} says nothing about the weights ${name}`);
  }
}
