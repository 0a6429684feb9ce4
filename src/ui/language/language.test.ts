/** The pure parts of what a language model shows: words about tokens, short lists of samples, habits of heads. */
import { describe, expect, it } from 'vitest';
import { answerInWords } from './AnswerText.tsx';
import { habitsOf, looksOf, shareAt } from './attention-map.ts';
import { spread, stepWords, withoutBreaks } from './sample-list.ts';
import { firstValues, samplingFields } from './sampling-fields.ts';
import { heldOutInWords, judgementAt, judgementInWords, tokenInWords, predictedAt, spelled } from './token-words.ts';
import type { TokenAnswers, TokenPicture } from './token-words.ts';

/** Two rows of three tokens out of four. */
const picture: TokenPicture = {
  kind: 'tokens',
  tokens: Uint16Array.of(0, 1, 2, 3, 3, 0),
  length: 3,
  promptLength: 0,
  names: ['a', 'b', 'c', '␣'],
};
const answers: TokenAnswers = {
  kind: 'tokens',
  count: 2,
  candidates: Uint16Array.of(1, 0, 3, 2, 0, 1, 0, 1),
  probabilities: Float32Array.of(0.75, 0.125, 0.5, 0.25, 0.5, 0.25, 0.5, 0.25),
  losses: Float32Array.of(-Math.log(0.75), -Math.log(0.25), 3, -Math.log(0.5)),
};

describe('passages that nothing has judged yet', () => {
  it('are counted, and nothing is said of what a pretrained model knows', () => {
    expect(heldOutInWords(3, 'random')).toBe('3 passages that are held out from training; nothing learned yet.');
    expect(heldOutInWords(1, 'random')).toBe('1 passage that is held out from training; nothing learned yet.');
    expect(heldOutInWords(1, 'pretrained')).toBe('1 passage that is held out from training; the model has not judged it yet.');
    expect(heldOutInWords(2, 'pretrained')).toMatch(/not judged them yet/);
  });
});

describe('a token', () => {
  it('is predicted unless it is the first of its row', () => {
    expect([0, 1, 2, 3, 4, 5].map((at) => predictedAt(at, 3))).toEqual([undefined, 0, 1, undefined, 2, 3]);
  });

  it('has its loss, and the candidates of its own place', () => {
    const judgement = judgementAt(picture, answers, 2);
    expect(judgement).toMatchObject({ name: 'c', candidates: [{ name: '␣', probability: 0.5 }, { name: 'c', probability: 0.25, isRight: true }] }); // prettier-ignore
    expect(judgement?.probability).toBeCloseTo(0.25);
    expect(judgementAt(picture, answers, 5)?.candidates[0]).toEqual({ name: 'a', probability: 0.5, isRight: true });
    expect(judgementAt(picture, answers, 3)).toBeUndefined();
    expect(judgementAt(picture, undefined, 2)).toBeUndefined();
  });

  it('is told in a sentence', () => {
    const judgement = judgementAt(picture, answers, 1);
    expect(judgementInWords('b', judgement)).toBe('“b”: probability 75\u00a0%, 0.288 nats. Likeliest: “b” 75\u00a0%, “a” 12.5\u00a0%.');
    expect(tokenInWords('b', picture, answers, 1)).toBe(judgementInWords('b', judgement));
    expect(tokenInWords('a', picture, answers, 0)).toBe('“a”: given, not predicted.');
    expect(tokenInWords('b', picture, undefined, 1)).toBe('“b”: not judged yet.');
  });

  it('of several letters stands apart from the next', () => {
    expect(spelled([0, 1], ['a', 'b'])).toBe('ab');
    expect(spelled([0, 1], ['12', '+'])).toBe('12 +');
  });
});

describe('samples', () => {
  const samples = Array.from({ length: 23 }, (_, i) => ({ step: i * 100, prompt: '', text: '' }));
  it('in a short list are the first, the last, and some between', () => {
    expect(spread(samples, 6).map(({ step }) => step)).toEqual([0, 400, 900, 1300, 1800, 2200]);
    expect(spread(samples.slice(0, 5), 6)).toHaveLength(5);
  });
  it('take few lines, their line ends shown', () => {
    expect(withoutBreaks('a\nb\n\n\nc')).toBe('a⏎ b⏎⏎⏎ c');
  });
  it('are named by their step', () => {
    expect(stepWords({ step: 1400 })).toBe('step 1,400');
  });
});

describe('an answer', () => {
  it('says by which weights it is written, how long it is and how fast it came', () => {
    const news = { step: 1400, text: 'x', tokens: 1, tokensPerSecond: 183.2, state: 'done' } as const;
    expect(answerInWords(news)).toBe('Written with the weights of step 1,400: 1 token, 183 tokens/s.');
    expect(answerInWords({ ...news, tokens: 0, tokensPerSecond: 0, state: 'stopped' })).toBe('Stopped with the weights of step 1,400: 0 tokens.'); // prettier-ignore
  });

  it('begins with values that its fields allow', () => {
    for (const values of [firstValues(0), firstValues(7)])
      for (const { id, min, max } of samplingFields) expect(values[id] >= min && values[id] <= max).toBe(true);
    expect(firstValues(7)).toMatchObject({ temperature: 0, count: 7 });
  });
});

describe('a map of attention', () => {
  const head0 = [1, 0, 0, 0.5, 0.5, 0, 0.25, 0.5, 0.25];
  const head1 = [1, 0, 0, 1, 0, 0, 1, 0, 0];
  const attention = { step: 1, heads: 2, length: 3, layers: [new Float32Array(18), Float32Array.from([...head0, ...head1])] };
  it('is read by layer, head, row and column', () => {
    expect(shareAt(attention, { layer: 1, head: 0 }, 2, 1)).toBe(0.5);
    expect(shareAt(attention, { layer: 1, head: 1 }, 2, 0)).toBe(1);
    expect(looksOf(attention, { layer: 1, head: 0 }, 2, 2)).toEqual([{ column: 1, share: 0.5 }, { column: 0, share: 0.25 }]); // prettier-ignore
  });
  it('has habits, the first token aside, which can look nowhere else', () => {
    expect(habitsOf(attention, { layer: 1, head: 0 })).toEqual({ own: 0.375, before: 0.5, first: 0.375 });
    expect(habitsOf(attention, { layer: 1, head: 1 })).toEqual({ own: 0, before: 0.5, first: 1 });
  });
});
