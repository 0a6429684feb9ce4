/** Which networks there are of which make: for rows of a table, or for rows of tokens. */
import type { Facts } from './kinds.ts';

/** Networks that take a row of a table or an image. */
export type TableModelName = Extract<Facts['model'], 'mlp' | 'cnn'>;
/** Networks that go from token to token with a state. */
export type RecurrentName = Extract<Facts['model'], 'rnn' | 'lstm' | 'gru'>;

/** Whether a network takes rows of a table or images, not tokens. */
export function isTableModel(model: Facts['model']): model is TableModelName {
  return model === 'mlp' || model === 'cnn';
}

/** Whether a network goes from token to token with a state. */
export function isRecurrent(model: Facts['model']): model is RecurrentName {
  return model === 'rnn' || model === 'lstm' || model === 'gru';
}
