/**
 * TensorFlow.js as its guide says to train with it: `variableGrads` and an optimizer of `tf.train`. It is helped where the app helps its own
 * engines too: data stay on the device, batches are gathered by index tensors made beforehand, losses are read once a chunk.
 */
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import {
  add,
  conv2d,
  enableProdMode,
  gather,
  keep,
  losses,
  matMul,
  maxPool,
  oneHot,
  relu,
  reshape,
  stack,
  tanh,
  tensor,
  tensor1d,
  tensor2d,
  tidy,
  train,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import type { Optimizer, Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { StockBackend } from '../../contenders.ts';
import type { Session } from '../session.ts';
import type { Workload } from '../../workload.ts';
import { openBackend } from './stock-backends.ts';
import { languageForward } from './stock-language.ts';

/** Opens a backend on a workload. Throws where it cannot be had, or cannot train it. */
export async function openStock(name: StockBackend, workload: Workload): Promise<Session> {
  const device = await openBackend(name);
  enableProdMode();
  const { config, batches } = workload;
  const batchLoss = lossOf(workload);
  const optimizer = optimizerOf(config);
  const rows = batches.map((batch) => tensor1d(Int32Array.from(batch), 'int32'));
  let next = 0;
  return {
    ...device,
    async train(steps) {
      const values: Scalar[] = [];
      for (let step = 0; step < steps; step++) {
        const batch = rows[next]!;
        next = (next + 1) % rows.length;
        values.push(tidy(() => stepOf(optimizer, () => batchLoss(batch))));
      }
      const all = stack(values);
      for (const value of values) value.dispose();
      const read = await all.data();
      all.dispose();
      return read;
    },
  };
}

function stepOf(optimizer: Optimizer, loss: () => Scalar): Scalar {
  const { value, grads } = variableGrads(loss);
  optimizer.applyGradients(grads);
  return value;
}

function optimizerOf({ optimizer, learningRate, beta1, beta2, epsilon, momentum }: Workload['config']): Optimizer {
  if (optimizer === 'adam') return train.adam(learningRate, beta1, beta2, epsilon);
  if (optimizer === 'sgd' && momentum === 0) return train.sgd(learningRate);
  throw new Error('This optimizer has not been set up for stock tfjs.');
}

/** The loss of the batch at the given rows. */
function lossOf(workload: Workload): (rows: Tensor) => Scalar {
  const { parameters, model, task } = workload;
  const weights = new Map(
    model.parameters.map(({ name, shape, offset }) => {
      const values = parameters.slice(offset, offset + shape.reduce((product, size) => product * size, 1));
      return [name, variable(tensor(values, [...shape]))];
    }),
  );
  const weight = (name: string): Tensor => weights.get(name) ?? fail(name);
  return task.kind === 'language' ? languageLoss(workload, weight) : tableLoss(workload, weight);
}

function languageLoss(workload: Workload, weight: (name: string) => Tensor): (rows: Tensor) => Scalar {
  const { task, sizes } = workload;
  const table = (values: Float32Array) =>
    keep(tensor2d(Int32Array.from(values), [task.train.count, values.length / task.train.count], 'int32'));
  const [tokens, next] = [table(task.train.inputs), table(task.train.targets)];
  const forward = languageForward(workload, weight);
  return (rows) => losses.softmaxCrossEntropy(oneHot(reshape(gather(next, rows), [-1]), sizes.outputs), forward(gather(tokens, rows)));
}

function tableLoss({ config, task, sizes }: Workload, weight: (name: string) => Tensor): (rows: Tensor) => Scalar {
  const activate = config.activation === 'tanh' ? tanh : relu;
  const axes = config.model === 'cnn' ? sizes.inputShape : [sizes.inputShape.reduce((product, size) => product * size, 1)];
  const { inputs, targets, count } = task.train;
  const data = keep(tensor(inputs.slice(), [count, ...axes]));
  const asked = config.loss === 'ce' ? keep(oneHot(tensor1d(Int32Array.from(targets), 'int32'), sizes.outputs)) : keep(tensor(targets.slice(), [count, sizes.outputs])); // prettier-ignore
  const dense = (x: Tensor, layer: string) => add(matMul(x, weight(`${layer}.weight`)), weight(`${layer}.bias`));
  const convolve = (x: Tensor, block: number) => {
    const kernel = weight(`conv${block + 1}.weight`) as Tensor4D;
    const activated = activate(add(conv2d(x as Tensor4D, kernel, 1, 'same'), weight(`conv${block + 1}.bias`)));
    return maxPool(activated as Tensor4D, 2, 2, 'valid');
  };
  const forward = (x: Tensor) => {
    let hidden = x;
    if (config.model === 'cnn') {
      config.channels.forEach((_, block) => (hidden = convolve(hidden, block)));
      hidden = reshape(hidden, [config.batchSize, -1]);
    }
    config.layers.forEach((_, index) => (hidden = activate(dense(hidden, `layer${index + 1}`))));
    return dense(hidden, 'output');
  };
  const measure = config.loss === 'ce' ? losses.softmaxCrossEntropy : losses.meanSquaredError;
  return (rows) => measure(gather(asked, rows), forward(gather(data, rows)));
}

function fail(name: string): never {
  throw new Error(`The model has no parameter ${name}.`);
}
