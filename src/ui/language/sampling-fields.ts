/** How a text is chosen token by token: the fields of the prompt box. They are no parameters of a run: nothing in training depends on them. */
import type { GenerationRequest } from '../../trainer/trainer.ts';

/** What of a request is a number. */
export type SamplingValues = Omit<GenerationRequest, 'prompt'>;

/** One field. */
export interface SamplingField {
  readonly id: keyof SamplingValues;
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly integer: boolean;
  /** What the value means, in a few words. */
  readonly note: (value: number) => string;
}

/** The fields in their order. */
export const samplingFields: readonly SamplingField[] = [
  {
    id: 'temperature',
    label: 'Temperature',
    min: 0,
    max: 5,
    integer: false,
    note: (value) =>
      value === 0 ? 'always the likeliest' : value < 1 ? 'surer than it is' : value > 1 ? 'bolder than it is' : 'as sure as it is',
  },
  {
    id: 'topK',
    label: 'Top-k',
    min: 0,
    max: 4096,
    integer: true,
    note: (value) => (value === 0 ? 'all tokens' : value === 1 ? 'the likeliest' : 'likeliest tokens'),
  },
  {
    id: 'topP',
    label: 'Top-p',
    min: 0.01,
    max: 1,
    integer: false,
    note: (value) => (value === 1 ? 'all probability' : 'of the probability'),
  },
  { id: 'seed', label: 'Sampling seed', min: 0, max: 2 ** 32 - 1, integer: true, note: () => 'same seed, same text' },
  { id: 'count', label: 'New tokens', min: 1, max: 5000, integer: true, note: () => 'then it ends' },
];

/** What stands in the fields at first: of text a drawn one, of a sequence task the likeliest answer, `answerLength` tokens. */
export function firstValues(answerLength: number): SamplingValues {
  const all = { topK: 0, topP: 1, seed: 1 };
  return answerLength > 0 ? { ...all, temperature: 0, count: answerLength } : { ...all, temperature: 0.8, count: 200 };
}
