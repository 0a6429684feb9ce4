/** Decoders against the graph: every variant of a model, by the interpreter in double precision and by the executors. */
import { describe, expect, it } from 'vitest';
import { interpret, output } from '../testing/interpreter.ts';
import { gap } from '../testing/gap.ts';
import { drawnWeights, languageVariants, logitsProgram } from '../testing/language-variants.ts';
import { decoderOf } from './language-model.ts';

describe.each(languageVariants)('%s', (_, options) => {
  const weights = drawnWeights(options, 5);
  const text = Array.from({ length: options.context }, (__, i) => [3, 0, 10, 3, 7, 1, 8][i % 7]!);

  it('gives the logits of the graph at every position, in double precision', () => {
    const program = logitsProgram(options, weights);
    const graph = program.graphs['logits']!;
    const environment = { scalars: {}, feeds: { tokens: text }, data: {}, state: program.state, seed: 0, step: 0 };
    const expected = output(graph, interpret(graph, environment), 'logits').values;
    const decoder = decoderOf({ options, weights });
    for (const again of [false, true]) {
      if (again) decoder.reset();
      const logits = text.flatMap((token) => {
        decoder.read(token);
        return [...decoder.logits()];
      });
      expect(gap(logits, expected)).toBeLessThanOrEqual(1e-9);
    }
  });
});

describe('decoderOf', () => {
  it('refuses weights of another model', () => {
    const [, options] = languageVariants[0]!;
    expect(() => decoderOf({ options, weights: new Float32Array(7) })).toThrow('but there are 7 numbers');
  });
});
