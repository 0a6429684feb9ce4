/** The model that a configuration asks for, for a task of given input and output sizes. */
import type { Config } from '../params/config.ts';
import { isTableModel } from '../params/model-kind.ts';
import { cnn } from './cnn.ts';
import { buildLanguageModel, languageOptions } from './build-language-model.ts';
import type { LanguageModelConfig } from './build-language-model.ts';
import { mlp } from './mlp.ts';
import type { Model } from './model.ts';

/** What a task asks of a model: axes of one input, and the number of outputs. */
export interface ModelSizes {
  readonly inputShape: readonly number[];
  readonly outputs: number;
}

/** What of a configuration decides the model. */
type ModelConfig = LanguageModelConfig & Pick<Config, 'layers' | 'channels'>;

/**
 * Builds the model. A CNN needs images, `[height, width, channels]`, and a language model rows of tokens, `[context]`; the parameter table offers
 * them for no other task.
 */
export function buildModel(config: ModelConfig, sizes: ModelSizes): Model {
  const { model, activation, normalization, layers: hidden } = config;
  if (!isTableModel(model)) return buildLanguageModel(languageOptions({ ...config, model }, sizes));
  if (activation === 'swiglu') throw new RangeError('SwiGLU is for the blocks of a GPT');
  const { inputShape, outputs } = sizes;
  const options = { inputShape, outputs, hidden, activation, normalization };
  if (model === 'mlp') return mlp(options);
  const [height, width, channels] = inputShape;
  if (height === undefined || width === undefined || channels === undefined) throw new RangeError('a CNN needs images as input');
  return cnn({ ...options, inputShape: [height, width, channels], channels: config.channels });
}
