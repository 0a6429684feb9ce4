/** Every variant of a tiny language model, its weights drawn, and the logits that an executor computes for a text: the other opinion on `language/`. */
import { GraphBuilder } from '../graph/builder.ts';
import type { Executor, Program } from '../graph/executor.ts';
import { sizeOf } from '../graph/graph.ts';
import { windowStart } from '../language/window.ts';
import type { LanguageOptions } from '../models/build-language-model.ts';
import { buildLanguageModel } from '../models/build-language-model.ts';
import { fillNormal, stream } from '../shared/random.ts';
import { forwardPass } from '../training/batch-gradient.ts';

const vocabulary = 11;

/** GPTs with every combination of options, then recurrent networks with every cell. */
export const languageVariants: readonly (readonly [name: string, options: LanguageOptions])[] = [...gpts(), ...recurrents()];

function gpts(): (readonly [string, LanguageOptions])[] {
  return (['before', 'after'] as const).flatMap((normAt) =>
    (['layer', 'rms'] as const).flatMap((normalization) =>
      (['gelu', 'relu', 'swiglu'] as const).flatMap((activation) =>
        (['learned', 'rotary'] as const).flatMap((positions) =>
          [true, false].map((tiedHead) => {
            const options = {
              vocabulary,
              context: 6,
              width: 12,
              depth: 2,
              heads: 3,
              normAt,
              normalization,
              activation,
              positions,
              tiedHead,
            };
            return [`GPT, ${normalization} ${normAt}, ${activation}, ${positions}, ${tiedHead ? 'tied' : 'own'} head`, options] as const;
          }),
        ),
      ),
    ),
  );
}

function recurrents(): (readonly [string, LanguageOptions])[] {
  return (['tanh', 'relu', 'lstm', 'gru'] as const).map((cell) => {
    return [`recurrent, ${cell}`, { vocabulary, context: 18, width: 10, depth: 2, cell, hiddenStart: 'uniform' }] as const;
  });
}

/** Weights of any size and sign: gains around one, all others N(0, 0.4²). */
export function drawnWeights(options: LanguageOptions, seed: number): Float32Array {
  const { parameters, parameterCount } = buildLanguageModel(options);
  const weights = new Float32Array(parameterCount);
  fillNormal(weights, seed, stream.sampling, 0, 0);
  for (const { role, offset, shape } of parameters)
    for (let i = offset; i < offset + sizeOf(shape); i++) weights[i] = 0.4 * weights[i]! + (role === 'gain' ? 1 : 0);
  return weights;
}

/** A program whose graph `logits` gives `[context, vocabulary]` for the feed `tokens` `[1, context]`. */
export function logitsProgram(options: LanguageOptions, weights: Float32Array): Program {
  const g = new GraphBuilder();
  const model = buildLanguageModel(options);
  const mode = {
    dropout: <Node>(x: Node): Node => x,
    moments: () => {
      throw new Error('no language model keeps moments');
    },
  };
  const flat = g.state('parameters', [model.parameterCount]);
  const { forward } = forwardPass(g, model, flat, g.feed('tokens', [1, options.context]), mode);
  const graph = g.finish({ logits: forward.output });
  const step = new GraphBuilder();
  return {
    graphs: { step: step.finish({ nothing: step.constant(0) }), logits: graph },
    data: {},
    state: { parameters: { shape: [model.parameterCount], values: weights } },
    seed: 0,
  };
}

/**
 * Logits behind each of `tokens`, as far as the model sees back from there, by an executor that has loaded `logitsProgram`. A recurrent network
 * takes at most `context` tokens.
 */
export async function logitsBy(executor: Executor, options: LanguageOptions, tokens: readonly number[]): Promise<number[][]> {
  const { context, vocabulary } = options;
  const rows: number[][] = [];
  for (const start of new Set(tokens.map((_, place) => windowStart(place + 1, context)))) {
    const padded = Float32Array.from({ length: context }, (_, i) => tokens[start + i] ?? 0);
    const { logits } = await executor.evaluate('logits', { step: 0, scalars: {}, tensors: { tokens: padded } });
    const end = Math.min(start + context, tokens.length);
    for (let place = rows.length; place < end; place++)
      rows.push([...(logits?.values.subarray((place - start) * vocabulary, (place - start + 1) * vocabulary) ?? [])]);
  }
  return rows;
}
