/**
 * convnetjs 0.3, the well-known training library of plain JavaScript: one example after another, a step once a batch is full. It has SGD,
 * Adagrad and Adadelta, but no Adam. Its squared error is ½·e² for the gradient and 2·e² as reported, for which rate and loss are adjusted.
 */
import convnetjs from 'convnetjs';
import type { Net, Vol } from 'convnetjs';
import { plainSpec } from '../../plain-spec.ts';
import type { PlainSpec } from '../../plain/mlp.ts';
import type { Workload } from '../../workload.ts';
import type { Session } from '../session.ts';

/** Opens it on a workload. Throws where it cannot do the work. */
export function openConvnetjs(workload: Workload): Session {
  const spec = plainSpec(workload);
  if (spec.update.rule !== 'sgd') throw new Error('convnetjs has no Adam.');
  const net = networkOf(spec);
  const isRegression = spec.loss === 'mse';
  const rate = spec.update.rate * (isRegression ? 2 : 1);
  const trainer = new convnetjs.Trainer(net, { method: 'sgd', learning_rate: rate, momentum: 0, batch_size: spec.batch });
  const examples = examplesOf(spec);
  const { batches } = workload;
  let next = 0;
  return {
    device: 'JavaScript',
    software: false,
    train(steps) {
      const losses = new Float64Array(steps);
      for (let step = 0; step < steps; step++) {
        let sum = 0;
        for (const row of batches[next]!) sum += trainer.train(examples[row]!.x, examples[row]!.y).cost_loss;
        next = next + 1 === batches.length ? 0 : next + 1;
        losses[step] = sum / spec.batch / (isRegression ? 2 : 1);
      }
      return Promise.resolve(losses);
    },
  };
}

function networkOf({ widths, activation, loss, parameters }: PlainSpec): Net {
  const [inputs, ...rest] = widths;
  const outputs = rest.pop();
  const net = new convnetjs.Net();
  net.makeLayers([
    { type: 'input', out_sx: 1, out_sy: 1, out_depth: inputs },
    ...rest.map((width) => ({ type: 'fc', num_neurons: width, activation })),
    loss === 'mse' ? { type: 'regression', num_neurons: outputs } : { type: 'softmax', num_classes: outputs },
  ]);
  let at = 0;
  for (const { filters, biases } of net.layers) {
    if (filters === undefined || biases === undefined) continue;
    filters.forEach(({ w }, unit) => {
      for (let i = 0; i < w.length; i++) w[i] = parameters[at + i * filters.length + unit]!;
    });
    at += filters.length * (filters[0]?.w.length ?? 0);
    biases.w.set(parameters.subarray(at, at + filters.length));
    at += filters.length;
  }
  return net;
}

/** Every example as convnetjs wants it. */
function examplesOf({ widths, loss, inputs, targets }: PlainSpec): readonly { readonly x: Vol; readonly y: number | Float64Array }[] {
  const [width = 0, outputs = 0] = [widths[0], widths.at(-1)];
  return Array.from({ length: inputs.length / width }, (_, row) => {
    const x = new convnetjs.Vol(1, 1, width, 0);
    x.w.set(inputs.subarray(row * width, (row + 1) * width));
    const y = loss === 'ce' ? (targets[row] ?? 0) : Float64Array.from(targets.subarray(row * outputs, (row + 1) * outputs));
    return { x, y };
  });
}
