/** What a language model says for rows of tokens, by the interpreter in double precision. */
import { GraphBuilder } from '../graph/builder.ts';
import type { Model } from '../models/model.ts';
import { fixedName, forwardPass } from '../training/batch-gradient.ts';
import { interpret, output } from './interpreter.ts';

/** Logits `[rows · context × vocabulary]` in evaluation mode; `tokens` are two rows. */
export function outputsOf(model: Model, flat: Float32Array, tokens: readonly number[]): readonly number[] {
  const g = new GraphBuilder();
  const { forward } = forwardPass(g, model, g.state('parameters', [flat.length]), g.feed('tokens', [2, tokens.length / 2]), {
    dropout: (x) => x,
    moments: () => {
      throw new Error('no language model keeps moments');
    },
  });
  const graph = g.finish({ output: forward.output });
  const data = Object.fromEntries((model.fixed ?? []).map(({ name, shape, values }) => [fixedName(name), { shape, values }]));
  const state = { parameters: { shape: [flat.length], values: flat } };
  return [...output(graph, interpret(graph, { scalars: {}, feeds: { tokens }, data, state, seed: 0, step: 0 }), 'output').values];
}
