/** Losses of a text against the interpreter's logits, within a context and beyond it. */
import { describe, expect, it } from 'vitest';
import { Interpreter } from '../testing/interpreter.ts';
import { drawnWeights, languageVariants, logitsBy, logitsProgram } from '../testing/language-variants.ts';
import { tokenLosses } from './token-losses.ts';

const interpreter = new Interpreter();
const text = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7];

describe('tokenLosses', () => {
  it.each([languageVariants[0]!, languageVariants[40]!, ...languageVariants.slice(-2)])('%s', async (_, options) => {
    const weights = drawnWeights(options, 2);
    await interpreter.load(logitsProgram(options, weights));
    const rows = await logitsBy(interpreter, options, text);
    const losses = Array.from(tokenLosses({ options, weights }, text, 3)).filter((step) => step.kind === 'judged');
    expect(losses.map(({ place }) => place)).toEqual(text.slice(1).map((__, i) => i + 1));
    for (const { place, token, loss, alternatives } of losses) {
      expect(token).toBe(text[place]);
      const logits = rows[place - 1]!;
      const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
      const probabilities = logits.map((logit) => Math.exp(logit - total));
      expect(loss).toBeCloseTo(-Math.log(probabilities[token]!), 5);
      const order = [...probabilities.keys()].sort((a, b) => probabilities[b]! - probabilities[a]!);
      expect(alternatives.map((one) => one.token)).toEqual(order.slice(0, 3));
      alternatives.forEach((one) => expect(one.probability).toBeCloseTo(probabilities[one.token]!, 5));
    }
  });

  it('gives at most as many alternatives as there are tokens, equals by id', () => {
    const [, options] = languageVariants[0]!;
    const weights = new Float32Array(drawnWeights(options, 2).length);
    const [first] = Array.from(tokenLosses({ options, weights }, [1, 2], 99));
    expect(first).toMatchObject({ kind: 'judged', place: 1, token: 2, loss: expect.closeTo(Math.log(11), 12) as number });
    expect(first?.kind === 'judged' && first.alternatives.map(({ token }) => token)).toEqual([...Array(11).keys()]);
  });

  it('says nothing of a text of one token', () => {
    const [, options] = languageVariants[0]!;
    expect(Array.from(tokenLosses({ options, weights: drawnWeights(options, 2) }, [1], 3))).toEqual([]);
  });
});
