/** The network for rows of tokens that a configuration asks for. */
import type { Config } from '../params/config.ts';
import type { GptName, RecurrentName } from '../params/model-kind.ts';
import { isGpt } from '../params/model-kind.ts';
import type { ModelSizes } from './build-model.ts';
import { gpt } from './gpt.ts';
import type { GptOptions } from './gpt.ts';
import type { Model } from './model.ts';
import type { CellName } from './recurrent-cells.ts';
import { recurrent } from './recurrent.ts';
import type { RecurrentOptions } from './recurrent.ts';

/** What of a configuration decides such a network. */
export type LanguageModelConfig = Pick<
  Config,
  'model' | 'depth' | 'width' | 'heads' | 'normAt' | 'normalization' | 'activation' | 'positions' | 'tiedHead' | 'initialization'
>;

/** Which kind of network, and its sizes: all that decides a language model but its weights. */
export type LanguageOptions = GptOptions | RecurrentOptions;

/** What a configuration asks for. Throws `RangeError` for what the parameter table does not allow together. */
export function languageOptions(
  config: LanguageModelConfig & { readonly model: RecurrentName | GptName },
  { inputShape: [context = 1], outputs: vocabulary }: ModelSizes,
): LanguageOptions {
  const { model, depth, width } = config;
  const sizes = { vocabulary, context, depth, width };
  if (isGpt(model)) return { ...sizes, ...partsOfBlocks(config), heads: Number(config.heads) };
  return { ...sizes, cell: cellOf(model, config.activation), hiddenStart: hiddenStart(config.initialization) };
}

/** A GPT or a recurrent network. Throws `RangeError` where heads do not fit the width. */
export function buildLanguageModel(options: LanguageOptions): Model {
  return 'cell' in options ? recurrent(options) : gpt(options);
}

function partsOfBlocks({
  normAt,
  positions,
  tiedHead,
  normalization,
  activation,
}: LanguageModelConfig): Omit<GptOptions, 'vocabulary' | 'context' | 'depth' | 'width' | 'heads'> {
  if (normalization !== 'layer' && normalization !== 'rms') throw new RangeError(`a GPT has no ${normalization} normalisation`);
  if (activation !== 'gelu' && activation !== 'relu' && activation !== 'swiglu') throw new RangeError(`a GPT has no ${activation}`);
  return { normAt, positions, tiedHead, normalization, activation };
}

function cellOf(model: RecurrentName, activation: Config['activation']): CellName {
  if (model !== 'rnn') return model;
  if (activation !== 'tanh' && activation !== 'relu') throw new RangeError(`an RNN has no ${activation}`);
  return activation;
}

function hiddenStart(initialization: Config['initialization']): RecurrentOptions['hiddenStart'] {
  if (initialization === 'uniform' || initialization === 'orthogonal' || initialization === 'identity') return initialization;
  throw new RangeError(`${initialization} says nothing about the weights of a recurrent network`);
}
