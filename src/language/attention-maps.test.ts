/** Attention maps against shares worked out, in double precision, from the queries and keys that the graph hands to its attention. */
import { describe, expect, it } from 'vitest';
import { sizeOf } from '../graph/graph.ts';
import type { GptOptions } from '../models/gpt.ts';
import { drained } from '../testing/drained.ts';
import { interpret } from '../testing/interpreter.ts';
import { drawnWeights, languageVariants, logitsProgram } from '../testing/language-variants.ts';
import { attentionMaps } from './attention-maps.ts';

const text = [3, 0, 10, 3, 7, 1];
const gpts = languageVariants.filter(([, options]) => !('cell' in options)) as readonly (readonly [string, GptOptions])[];

/** Shares worked out from the queries and keys that the interpreter hands to each attention. */
function sharesInGraph(options: GptOptions, weights: Float32Array): number[][] {
  const program = logitsProgram(options, weights);
  const graph = program.graphs['logits']!;
  const results = interpret(graph, { scalars: {}, feeds: { tokens: text }, data: {}, state: program.state, seed: 0, step: 0 });
  const { heads, width } = options;
  const columns = width / heads;
  return graph.nodes.flatMap((node) => {
    if (node.op !== 'causalAttention') return [];
    const [queries, keys] = node.inputs.map((id) => results[id]!.values);
    const maps = Array.from({ length: heads * text.length }, (_, line) => {
      const [head, row] = [Math.floor(line / text.length), line % text.length];
      const scores = text.map((__, place) => {
        let score = 0;
        for (let c = head * columns; c < (head + 1) * columns; c++) score += queries![row * width + c]! * keys![place * width + c]!;
        return place <= row ? Math.exp(score / Math.sqrt(columns)) : 0;
      });
      const total = scores.reduce((sum, score) => sum + score, 0);
      return scores.map((score) => score / total);
    });
    return [maps.flat()];
  });
}

describe('attentionMaps', () => {
  it.each([gpts[0]!, gpts[2]!, gpts[24]!, gpts[26]!])('%s', (_, options) => {
    const weights = drawnWeights(options, 9);
    const { result, yielded } = drained(attentionMaps({ options, weights }, text));
    expect(yielded.map(({ left }) => left)).toEqual([5, 4, 3, 2, 1, 0]);
    expect(result).toMatchObject({ heads: 3, length: 6 });
    const expected = sharesInGraph(options, weights);
    expect(result.layers).toHaveLength(2);
    result.layers.forEach((layer, index) => {
      expect(layer).toHaveLength(sizeOf([3, 6, 6]));
      layer.forEach((share, i) => expect(Math.abs(share - expected[index]![i]!), String(i)).toBeLessThanOrEqual(1e-6));
    });
  });

  it('refuses more than a context', () => {
    const [, options] = gpts[0]!;
    expect(() => drained(attentionMaps({ options, weights: drawnWeights(options, 1) }, [...text, 1]))).toThrow(
      'sees 6 tokens at once, not 7',
    );
  });
});
