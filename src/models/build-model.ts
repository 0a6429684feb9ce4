/** The model that a configuration asks for, for a task of given input and output sizes. */
import type { Config } from '../params/config.ts';
import { isTableModel } from '../params/model-kind.ts';
import { cnn } from './cnn.ts';
import { buildLanguageModel, languageOptions } from './build-language-model.ts';
import type { LanguageModelConfig } from './build-language-model.ts';
import { mlp } from './mlp.ts';
import type { StartingWeights } from '../tasks/task.ts';
import type { Model } from './model.ts';
import { tuned } from './tuned.ts';
import type { TuningConfig } from './tuned.ts';

/** What a task asks of a model: axes of one input, and the number of outputs. */
export interface ModelSizes {
  readonly inputShape: readonly number[];
  readonly outputs: number;
  /** What a pretrained model brings. */
  readonly start?: StartingWeights;
}

/** What of a configuration decides the model. */
type ModelConfig = LanguageModelConfig & TuningConfig & Pick<Config, 'layers' | 'channels'>;

/**
 * Builds the model. A CNN needs images, `[height, width, channels]`, and a language model rows of tokens, `[context]`; the parameter table offers
 * them for no other task.
 */
export function buildModel(config: ModelConfig, sizes: ModelSizes): Model {
  const { model, activation, normalization, layers: hidden } = config;
  if (model === 'pretrained') return pretrainedModel(config, sizes);
  if (!isTableModel(model)) return buildLanguageModel(languageOptions({ ...config, model }, sizes));
  if (activation === 'swiglu') throw new RangeError('SwiGLU is for the blocks of a GPT');
  const { inputShape, outputs } = sizes;
  const options = { inputShape, outputs, hidden, activation, normalization };
  if (model === 'mlp') return mlp(options);
  const [height, width, channels] = inputShape;
  if (height === undefined || width === undefined || channels === undefined) throw new RangeError('a CNN needs images as input');
  return cnn({ ...options, inputShape: [height, width, channels], channels: config.channels });
}

/** Throws an `Error` where its weights have not been loaded, `RangeError` where they do not fit. */
function pretrainedModel(config: ModelConfig, sizes: ModelSizes): Model {
  if (!sizes.start) throw new Error('The pretrained model has not been loaded.');
  const options = languageOptions({ ...config, model: 'gpt' }, sizes);
  const given = { ...options, tiedHead: sizes.start.tiedHead };
  return tuned(buildLanguageModel(options), config, { model: buildLanguageModel(given), weights: sizes.start.weights });
}
