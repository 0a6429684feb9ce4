/** A row in the words of the plain step, which others that train MLPs by hand read too. */
import type { PlainSpec } from './plain/mlp.ts';
import type { Workload } from './workload.ts';

/** Throws where a workload is no such MLP. */
export function plainSpec({ config, task, sizes, parameters }: Workload): PlainSpec {
  const { activation, loss, batchSize: batch, model } = config;
  if (model !== 'mlp') throw new Error('It has been set up for MLPs only.');
  if (activation !== 'tanh' && activation !== 'relu') throw new Error('It has not been set up for this activation.');
  if (loss !== 'mse' && loss !== 'ce') throw new Error('It has not been set up for this loss.');
  const widths = [sizes.inputShape.reduce((product, size) => product * size, 1), ...config.layers, sizes.outputs];
  const { inputs, targets } = task.train;
  return { widths, batch, activation, loss, update: plainUpdate(config), parameters, inputs, targets };
}

function plainUpdate({ optimizer, learningRate: rate, beta1, beta2, epsilon, momentum }: Workload['config']): PlainSpec['update'] {
  if (optimizer === 'adam') return { rule: 'adam', rate, beta1, beta2, epsilon };
  if (optimizer === 'sgd' && momentum === 0) return { rule: 'sgd', rate };
  throw new Error('It has not been set up for this optimizer.');
}
