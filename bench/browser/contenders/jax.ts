/**
 * jax-js: the whole step under `jit`, as its guide says. Batches lie ready on the device; the loss is awaited at every step.
 *
 * Its arrays are counted references: a function consumes its arguments, `.ref` keeps one for another use.
 */
import { defaultDevice, init, jit, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import type { JaxDevice } from '../../contenders.ts';
import { plainSpec } from '../../plain-spec.ts';
import type { PlainSpec } from '../../plain/mlp.ts';
import type { Workload } from '../../workload.ts';
import type { Session } from '../session.ts';

/** Weights and biases, layer after layer, or a slot for each. */
type Arrays = np.Array[];

/** More batches than this, kept ready on the device, would measure its memory. */
const keptBatches = 30;

/** Opens it on a workload. Throws where it cannot do the work. */
export async function openJax(device: JaxDevice, workload: Workload): Promise<Session> {
  const spec = plainSpec(workload);
  if (!(await init(device)).includes(device)) throw new Error(`jax-js has no ${device} here.`);
  defaultDevice(device);
  const step = jit(stepOf(spec));
  const batches = workload.batches.slice(0, keptBatches).map((rows) => batchOf(spec, rows));
  let [weights, first, second] = [weightsOf(spec), zerosOf(spec), zerosOf(spec)];
  let count = 0;
  return {
    device: `jax-js on ${device}, one thread`,
    software: false,
    async train(steps) {
      const losses = new Float64Array(steps);
      for (let taken = 0; taken < steps; taken++) {
        const { x, y } = batches[count % batches.length]!;
        count++;
        const { size, correction } = scalarsOf(spec.update, count);
        const [loss, ...state] = step(weights, first, second, x.ref, y.ref, size, correction);
        [weights, first, second] = state;
        // Waited for at every step, as its guide advises: steps that queue up are many times slower.
        const read = (await loss.data()) as ArrayLike<number>;
        losses[taken] = read[0] ?? Number.NaN;
      }
      return losses;
    },
  };
}

/** η, and for Adam the factors of its bias corrections, at a step counted from 1. */
function scalarsOf(update: PlainSpec['update'], step: number): { readonly size: number; readonly correction: number } {
  if (update.rule === 'sgd') return { size: update.rate, correction: 1 };
  return { size: update.rate / (1 - update.beta1 ** step), correction: 1 / Math.sqrt(1 - update.beta2 ** step) };
}

function stepOf(spec: PlainSpec) {
  const measure = valueAndGrad(lossOf(spec));
  const { update } = spec;
  return (
    w: Arrays,
    m: Arrays,
    v: Arrays,
    x: np.Array,
    y: np.Array,
    size: np.Array,
    correction: np.Array,
  ): [np.Array, Arrays, Arrays, Arrays] => {
    const [loss, gradient] = measure(
      w.map((array) => array.ref),
      x,
      y,
    );
    if (update.rule === 'sgd') {
      correction.dispose();
      return [loss, w.map((array, i) => array.sub(gradient[i]!.mul(size.ref))), m, v];
    }
    const { beta1, beta2, epsilon } = update;
    const first = m.map((array, i) => array.mul(beta1).add(gradient[i]!.ref.mul(1 - beta1)));
    const second = v.map((array, i) => array.mul(beta2).add(np.square(gradient[i]!).mul(1 - beta2)));
    const next = w.map((array, i) => {
      const root = np.sqrt(second[i]!.ref).mul(correction.ref).add(epsilon);
      return array.sub(first[i]!.ref.mul(size.ref).div(root));
    });
    return [loss, next, first, second];
  };
}

function lossOf({ activation, loss, batch }: PlainSpec) {
  const activate = activation === 'tanh' ? np.tanh : nn.relu;
  return (weights: Arrays, x: np.Array, y: np.Array): np.Array => {
    let hidden = x;
    for (let at = 0; at < weights.length; at += 2) {
      hidden = np.matmul(hidden, weights[at]!).add(weights[at + 1]!);
      if (at < weights.length - 2) hidden = activate(hidden);
    }
    if (loss === 'mse') return np.mean(np.square(hidden.sub(y)));
    return nn
      .logSoftmax(hidden)
      .mul(y)
      .sum()
      .mul(-1 / batch);
  };
}

function shapesOf({ widths }: PlainSpec): readonly number[][] {
  return widths.slice(1).flatMap((outputs, index) => [[widths[index] ?? 0, outputs], [outputs]]);
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

function weightsOf(spec: PlainSpec): Arrays {
  let at = 0;
  return shapesOf(spec).map((shape) => {
    at += sizeOf(shape);
    return np.array(spec.parameters.slice(at - sizeOf(shape), at)).reshape(shape);
  });
}

function zerosOf(spec: PlainSpec): Arrays {
  return shapesOf(spec).map((shape) => np.zeros(shape));
}

/** A batch on the device: inputs, and targets or one-hot classes. */
function batchOf({ widths, batch, loss, inputs, targets }: PlainSpec, rows: Uint32Array): { readonly x: np.Array; readonly y: np.Array } {
  const [width = 0, outputs = 0] = [widths[0], widths.at(-1)];
  const [x, y] = [new Float32Array(batch * width), new Float32Array(batch * outputs)];
  rows.forEach((row, index) => {
    x.set(inputs.subarray(row * width, (row + 1) * width), index * width);
    if (loss === 'ce') y[index * outputs + (targets[row] ?? 0)] = 1;
    else y.set(targets.subarray(row * outputs, (row + 1) * outputs), index * outputs);
  });
  return { x: np.array(x).reshape([batch, width]), y: np.array(y).reshape([batch, outputs]) };
}
