/** The learned tensors of a GPT (`models/gpt.ts`), as its forward pass takes them: views into the flat vector. */
import type { GptOptions } from '../models/gpt.ts';
import { gpt } from '../models/gpt.ts';
import type { Linear, Norm } from './arithmetic.ts';
import { Tensors } from './tensors.ts';

/** The tensors of a block. */
export interface BlockWeights {
  readonly norms: readonly [attention: Norm, perceptron: Norm];
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
  readonly projection: Linear;
  readonly up: Linear;
  /** SwiGLU alone has one. */
  readonly gate: Linear | undefined;
  readonly down: Linear;
}

/** All tensors. */
export interface GptWeights {
  /** `[vocabulary, width]`. */
  readonly tokens: Float32Array;
  /** `[context, width]`; none where positions are rotary. */
  readonly positions: Float32Array | undefined;
  readonly blocks: readonly BlockWeights[];
  /** Behind all blocks, where norms stand before each part. */
  readonly norm: Norm | undefined;
  /** Undefined where the table of tokens is the head as well. */
  readonly head: Linear | undefined;
  /** Width of the perceptrons. */
  readonly inner: number;
}

/** The tensors in a flat vector. Throws `RangeError` if it does not have the model's length. */
export function gptWeights(options: GptOptions, flat: Float32Array): GptWeights {
  const tensors = new Tensors(gpt(options), flat);
  const blocks = Array.from({ length: options.depth }, (_, index) =>
    blockOf(tensors, `block${index + 1}`, options.activation === 'swiglu'),
  );
  return {
    tokens: tensors.get('tokens.weight'),
    positions: tensors.find('positions.weight'),
    blocks,
    norm: options.normAt === 'before' ? normOf(tensors, 'norm') : undefined,
    head: options.tiedHead ? undefined : linearOf(tensors, 'output'),
    inner: (blocks[0]?.up.weight.length ?? 0) / options.width,
  };
}

function blockOf(tensors: Tensors, block: string, isGated: boolean): BlockWeights {
  const linear = (part: string): Linear => linearOf(tensors, `${block}.${part}`);
  return {
    norms: [normOf(tensors, `${block}.norm1`), normOf(tensors, `${block}.norm2`)],
    query: linear('query'),
    key: linear('key'),
    value: linear('value'),
    projection: linear('projection'),
    up: linear('up'),
    gate: isGated ? linear('gate') : undefined,
    down: linear('down'),
  };
}

function linearOf(tensors: Tensors, layer: string): Linear {
  return { weight: tensors.get(`${layer}.weight`), bias: tensors.find(`${layer}.bias`) };
}

function normOf(tensors: Tensors, name: string): Norm {
  return { gain: tensors.get(`${name}.weight`), shift: tensors.find(`${name}.bias`) };
}
