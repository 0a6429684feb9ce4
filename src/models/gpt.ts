/**
 * A small GPT: embedded tokens go through blocks of causal attention and a two-layer perceptron, each added to what came in, to logits of the
 * next token.
 *
 * First values are GPT-2's (Radford et al. 2019) as nanoGPT draws them: N(0, 0.02²) for all matrices and tables, but 0.02 / √(2 · depth) for those
 * that write into the residual stream; biases zero, gains one. Options: norms before each part and at the end (GPT-2) or after each sum (Vaswani et
 * al. 2017); LayerNorm or RMSNorm; GELU by erf, ReLU, or SwiGLU (Shazeer 2020), whose inner width is two thirds, so that it has as many weights;
 * positions learned or rotary; a head that is the transposed table of tokens, or one of its own, without bias either way.
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { NodeId } from '../graph/graph.ts';
import { activate } from './activations.ts';
import type { LanguageSizes } from './language.ts';
import { dropRows, embeddingParameter, linear, linearParameters } from './language.ts';
import type { Activation, ForwardContext, Model, Start, Unplaced } from './model.ts';
import { layOut } from './model.ts';
import { rowNorm } from './normalization.ts';
import { rotaryTables } from './rotary.ts';

/** Sizes and options of a GPT. `heads` divides `width`; with rotary positions a head has an even number of columns. */
export interface GptOptions extends LanguageSizes {
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
  readonly normAt: 'before' | 'after';
  readonly normalization: 'layer' | 'rms';
  readonly activation: 'gelu' | 'relu' | 'swiglu';
  readonly positions: 'learned' | 'rotary';
  readonly tiedHead: boolean;
}

const deviation = 0.02;
const widening = 4;
/** Inner widths of SwiGLU are multiples of this. */
const grain = 8;

/** A GPT. Throws `RangeError` where heads and width do not fit. Dropout sites: 0 behind the embedding, then two for each block. */
export function gpt(options: GptOptions): Model {
  const { width, heads, positions, depth } = options;
  if (width % heads !== 0 || (positions === 'rotary' && (width / heads) % 2 !== 0))
    throw new RangeError(`${String(heads)} heads do not divide a width of ${String(width)}`);
  return {
    name: `GPT ${String(depth)} × ${String(width)}`,
    ...layOut(parametersOf(options)),
    statistics: [],
    statisticsCount: 0,
    forward: (context, tokens) => forwardOf(options, context, tokens),
  };
}

function innerWidth({ activation, width }: GptOptions): number {
  return activation === 'swiglu' ? Math.ceil((widening * width * 2) / 3 / grain) * grain : widening * width;
}

function parametersOf(options: GptOptions): Unplaced[] {
  const { vocabulary, context, width, depth, normAt, positions, tiedHead, activation } = options;
  const plain: Start = { kind: 'normal', deviation };
  const bias: Start = { kind: 'zeros' };
  const residual: Start = { kind: 'normal', deviation: deviation / Math.sqrt(2 * depth) };
  const inner = innerWidth(options);
  const block = (name: string): Unplaced[] => [
    ...normParameters(options, `${name}.norm1`),
    ...['query', 'key', 'value'].flatMap((part) => linearParameters(`${name}.${part}`, width, width, { weight: plain, bias })),
    ...linearParameters(`${name}.projection`, width, width, { weight: residual, bias }),
    ...normParameters(options, `${name}.norm2`),
    ...linearParameters(`${name}.up`, width, inner, { weight: plain, bias }),
    ...(activation === 'swiglu' ? linearParameters(`${name}.gate`, width, inner, { weight: plain, bias }) : []),
    ...linearParameters(`${name}.down`, inner, width, { weight: residual, bias }),
  ];
  return [
    embeddingParameter('tokens', vocabulary, width, plain),
    ...(positions === 'learned' ? [{ ...embeddingParameter('positions', context, width, plain), layer: 'tokens' }] : []),
    ...Array.from({ length: depth }, (_, index) => block(blockName(index))).flat(),
    ...(normAt === 'before' ? normParameters(options, 'norm').map((parameter) => ({ ...parameter, layer: 'output' })) : []),
    ...(tiedHead ? [] : linearParameters('output', width, vocabulary, { weight: plain })),
  ];
}

function blockName(index: number): string {
  return `block${String(index + 1)}`;
}

function normParameters({ width, normalization }: GptOptions, name: string): Unplaced[] {
  const vector = { shape: [width], fanIn: width, fanOut: width } as const;
  const gain: Unplaced = { ...vector, name: `${name}.weight`, role: 'gain' };
  return normalization === 'rms' ? [gain] : [gain, { ...vector, name: `${name}.bias`, role: 'bias' }];
}

function forwardOf(options: GptOptions, context: ForwardContext, tokens: NodeId): ReturnType<Model['forward']> {
  const { g, weight } = context;
  const { depth, normAt, normalization, tiedHead } = options;
  const activations: Activation[] = [];
  const norm = (name: string, x: NodeId) => rowNorm(context, normalization, name, x);
  const turned = turning(options, g);
  let x = embedded(options, context, tokens);
  for (let index = 0; index < depth; index++) {
    const layer = blockName(index);
    const parts = [
      { name: `${layer}.norm1`, part: (input: NodeId) => attend(options, context, layer, input, turned) },
      { name: `${layer}.norm2`, part: (input: NodeId) => perceptron(options, context, layer, input) },
    ];
    for (const [which, { name, part }] of parts.entries()) {
      const added = part(normAt === 'before' ? norm(name, x) : x);
      const sum = g.plus(x, dropRows(context, added, options.context, 2 * index + which + 1));
      x = normAt === 'before' ? sum : norm(name, sum);
    }
    activations.push({ layer, node: x, canDie: false });
  }
  if (normAt === 'before') x = norm('norm', x);
  const output = tiedHead ? g.matMul(x, weight('tokens.weight'), false, true) : g.matMul(x, weight('output.weight'));
  return { output, activations: [...activations, { layer: tiedHead ? 'tokens' : 'output', node: output, canDie: false }] };
}

function embedded(options: GptOptions, context: ForwardContext, tokens: NodeId): NodeId {
  const { g, weight } = context;
  const { context: length, width, positions } = options;
  const [count = 0] = g.shape(tokens);
  const rows = g.gather(weight('tokens.weight'), g.reshape(tokens, [count * length]));
  if (positions === 'rotary') return dropRows(context, rows, length, 0);
  const placed = g.plus(g.reshape(rows, [count, length * width]), g.reshape(weight('positions.weight'), [length * width]));
  return dropRows(context, g.reshape(placed, [count * length, width]), length, 0);
}

/** Turns rows by their position, where positions are rotary. */
function turning({ heads, width, context, positions }: GptOptions, g: GraphBuilder): (rows: NodeId) => NodeId {
  if (positions === 'learned') return (rows) => rows;
  const { cosines, sines } = rotaryTables(g, context, width / heads / 2);
  return (rows) => g.rotate(rows, cosines, sines);
}

function attend(options: GptOptions, context: ForwardContext, layer: string, x: NodeId, turned: (rows: NodeId) => NodeId): NodeId {
  const part = (name: string) => linear(context, `${layer}.${name}`, x);
  const [query, key] = [turned(part('query')), turned(part('key'))];
  return linear(context, `${layer}.projection`, context.g.causalAttention(query, key, part('value'), options.heads, options.context));
}

function perceptron({ activation }: GptOptions, context: ForwardContext, layer: string, x: NodeId): NodeId {
  const { g } = context;
  const up = linear(context, `${layer}.up`, x);
  if (activation !== 'swiglu') return linear(context, `${layer}.down`, activate(g, activation, up));
  const gate = linear(context, `${layer}.gate`, x);
  return linear(context, `${layer}.down`, g.mul(g.mul(gate, g.unary('sigmoid', gate)), up));
}
