/** Language models of the rows in ops of TensorFlow.js, as one would write them with its API: the next token's logits from windows of tokens. */
import {
  add,
  concat,
  div,
  erf,
  gather,
  matMul,
  mean,
  mul,
  reshape,
  rsqrt,
  sigmoid,
  softmax,
  split,
  square,
  stack,
  sub,
  tanh,
  tensor2d,
  transpose,
  unstack,
  zeros,
} from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Workload } from '../../workload.ts';

/** A weight of the model by its name in ours. */
type Weight = (name: string) => Tensor;

/** Logits `[batch · context, tokens]` of tokens `[batch, context]`. Throws for a model that has not been set up. */
export function languageForward({ config }: Workload, weight: Weight): (tokens: Tensor) => Tensor {
  if (config.model === 'gpt') return gptForward(config, weight);
  if (config.model === 'lstm') return lstmForward(config, weight);
  throw new Error('This model has not been set up for stock tfjs.');
}

/** Norms before each part, GELU, learned positions, tied head. */
function gptForward({ context, depth, width, ...config }: Workload['config'], weight: Weight): (tokens: Tensor) => Tensor {
  const heads = Number(config.heads);
  const future = tensor2d(
    Float32Array.from({ length: context * context }, (_, i) => (i % context > Math.floor(i / context) ? -1e9 : 0)),
    [context, context],
  );
  const linear = (x: Tensor, layer: string) => add(matMul(x, weight(`${layer}.weight`)), weight(`${layer}.bias`));
  const norm = (x: Tensor, layer: string) => {
    const centred = sub(x, mean(x, -1, true));
    const scale = rsqrt(add(mean(square(centred), -1, true), 1e-5));
    return add(mul(mul(centred, scale), weight(`${layer}.weight`)), weight(`${layer}.bias`));
  };
  const attend = (x: Tensor, block: string) => {
    const split = (part: string) => transpose(reshape(linear(x, `${block}.${part}`), [-1, context, heads, width / heads]), [0, 2, 1, 3]);
    const scores = div(matMul(split('query'), split('key'), false, true), Math.sqrt(width / heads));
    const mixed = matMul(softmax(add(scores, future)), split('value'));
    return linear(reshape(transpose(mixed, [0, 2, 1, 3]), [-1, width]), `${block}.projection`);
  };
  const gelu = (x: Tensor) => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1));
  return (tokens) => {
    let x: Tensor = reshape(add(gather(weight('tokens.weight'), tokens), weight('positions.weight')), [-1, width]);
    for (let at = 1; at <= depth; at++) {
      const block = `block${at}`;
      x = add(x, attend(norm(x, `${block}.norm1`), block));
      x = add(x, linear(gelu(linear(norm(x, `${block}.norm2`), `${block}.up`)), `${block}.down`));
    }
    return matMul(norm(x, 'norm'), weight('tokens.weight'), false, true);
  };
}

const gates = ['input', 'forget', 'cell', 'output'] as const;

/** All four gates in one product a step, the inputs of all steps in one. */
function lstmForward({ context, depth, width, batchSize }: Workload['config'], weight: Weight): (tokens: Tensor) => Tensor {
  const joined = (layer: number, part: string, axis: number) => concat(gates.map((gate) => weight(`layer${layer}.${gate}.${part}`)), axis); // prettier-ignore
  const run = (inputs: Tensor, layer: number) => {
    const bias = add(joined(layer, 'inputBias', 0), joined(layer, 'hiddenBias', 0));
    const ahead = reshape(add(matMul(reshape(inputs, [-1, width]), joined(layer, 'inputWeight', 1)), bias), [
      batchSize,
      context,
      4 * width,
    ]);
    const recurrent = joined(layer, 'hiddenWeight', 1);
    let [hidden, cell]: Tensor[] = [zeros([batchSize, width]), zeros([batchSize, width])];
    const outputs = unstack(ahead, 1).map((input) => {
      const [i, f, g, o] = split(add(input, matMul(hidden as Tensor2D, recurrent)), 4, 1) as [Tensor, Tensor, Tensor, Tensor];
      cell = add(mul(sigmoid(f), cell!), mul(sigmoid(i), tanh(g)));
      return (hidden = mul(sigmoid(o), tanh(cell)));
    });
    return stack(outputs, 1);
  };
  return (tokens) => {
    let x: Tensor = gather(weight('tokens.weight'), tokens);
    for (let layer = 1; layer <= depth; layer++) x = run(x, layer);
    return add(matMul(reshape(x, [-1, width]), weight('output.weight')), weight('output.bias'));
  };
}
