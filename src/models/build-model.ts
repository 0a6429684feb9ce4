/** The model that a configuration asks for, for a task of given input and output sizes. */
import type { Config } from '../params/config.ts';
import { cnn } from './cnn.ts';
import { mlp } from './mlp.ts';
import type { Model } from './model.ts';

/** What a task asks of a model: axes of one input, and the number of outputs. */
export interface ModelSizes {
  readonly inputShape: readonly number[];
  readonly outputs: number;
}

/** Builds the model. A CNN needs images, `[height, width, channels]`; the parameter table offers it for no other task. */
export function buildModel(
  config: Pick<Config, 'model' | 'layers' | 'channels' | 'activation' | 'normalization'>,
  sizes: ModelSizes,
): Model {
  const { inputShape, outputs } = sizes;
  const options = { inputShape, outputs, hidden: config.layers, activation: config.activation, normalization: config.normalization };
  if (config.model === 'mlp') return mlp(options);
  const [height, width, channels] = inputShape;
  if (height === undefined || width === undefined || channels === undefined) throw new RangeError('a CNN needs images as input');
  return cnn({ ...options, inputShape: [height, width, channels], channels: config.channels });
}
