/** A row in the words of the plain step. */
import type { PlainSpec } from './plain/mlp.ts';
import type { Workload } from './workload.ts';

/** Throws where there is no plain step of a workload. */
export function plainSpec({ config, task, sizes, parameters }: Workload): PlainSpec {
  const { activation, loss, batchSize: batch, model } = config;
  if (model !== 'mlp') throw new Error('There is no plain step of this model.');
  if (activation !== 'tanh' && activation !== 'relu') throw new Error('There is no plain step with this activation.');
  if (loss !== 'mse' && loss !== 'ce') throw new Error('There is no plain step with this loss.');
  const widths = [sizes.inputShape.reduce((product, size) => product * size, 1), ...config.layers, sizes.outputs];
  const { inputs, targets } = task.train;
  return { widths, batch, activation, loss, update: plainUpdate(config), parameters, inputs, targets };
}

function plainUpdate({ optimizer, learningRate: rate, beta1, beta2, epsilon, momentum }: Workload['config']): PlainSpec['update'] {
  if (optimizer === 'adam') return { rule: 'adam', rate, beta1, beta2, epsilon };
  if (optimizer === 'sgd' && momentum === 0) return { rule: 'sgd', rate };
  throw new Error('There is no plain step with this optimizer.');
}
