/** Which networks there are of which make: for rows of a table, or for rows of tokens. */
import type { Facts, Fixed } from './kinds.ts';
import type { ShippedSizes } from './shipped-facts.ts';
import { shippedModel } from './shipped-model.ts';

/** Networks that take a row of a table or an image. */
export type TableModelName = Extract<Facts['model'], 'mlp' | 'cnn'>;
/** Networks that go from token to token with a state. */
export type RecurrentName = Extract<Facts['model'], 'rnn' | 'lstm' | 'gru'>;
/** Networks of blocks of attention: one with sizes of its own choosing, and the one that comes with the app. */
export type GptName = Extract<Facts['model'], 'gpt' | 'pretrained'>;

/** Whether a network takes rows of a table or images, not tokens. */
export function isTableModel(model: Facts['model']): model is TableModelName {
  return model === 'mlp' || model === 'cnn';
}

/** Whether a network goes from token to token with a state. */
export function isRecurrent(model: Facts['model']): model is RecurrentName {
  return model === 'rnn' || model === 'lstm' || model === 'gru';
}

/** Whether a network is made of blocks of attention. */
export function isGpt(model: Facts['model']): model is GptName {
  return model === 'gpt' || model === 'pretrained';
}

/** The sizes that a configuration has no say in: those of the pretrained model, where it is the model. */
export function givenSizes({ model }: Pick<Facts, 'model'>): ShippedSizes | undefined {
  return model === 'pretrained' ? shippedModel?.sizes : undefined;
}

/** A number of the pretrained model, for `NumberSpec.fixed`. */
export function fixedSize(of: (sizes: ShippedSizes) => number): (facts: Facts) => Fixed | undefined {
  return (facts) => {
    const sizes = givenSizes(facts);
    return sizes && { value: of(sizes), wrong: 'is not that of the pretrained model', because: 'The pretrained model has so many.' };
  };
}

/** Whether a head that was the table of tokens is trained alone: it is parted from the table, and starts as a copy of it. */
export function isHeadParted(config: Pick<Facts, 'model' | 'tune'>): boolean {
  return tuningOf(config) === 'head' && givenSizes(config)?.tiedHead === true;
}

/** What of a pretrained model is trained; undefined where the model starts from random weights. */
export function tuningOf({ model, tune }: Pick<Facts, 'model' | 'tune'>): Facts['tune'] | undefined {
  return model === 'pretrained' ? tune : undefined;
}
