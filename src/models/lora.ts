/**
 * LoRA (Hu et al. 2021): a matrix W stays, and beside it two thin ones learn what is to be added: W·x + (α/r)·B·A·x, with A of r rows and B of
 * r columns.
 *
 * Idea: the model's parameters are the thin matrices alone. A is drawn as `peft` draws it, uniformly between ±1/√in; B starts at zero, so that
 * the first step starts from the pretrained model. Here vectors are rows: A is `[in, r]`, B is `[r, out]`, and what is added to W, `[in, out]`,
 * is (α/r)·A·B.
 */
import type { Config } from '../params/config.ts';
import { sizeOf } from '../graph/graph.ts';
import type { ForwardContext, Model, Parameter, Unplaced } from './model.ts';
import { layOut, refuseOther } from './model.ts';

/** Rank, scale, and which matrices. */
export type LoraConfig = Pick<Config, 'rank' | 'loraAlpha' | 'adapted'>;

const attention = ['query', 'key', 'value', 'projection'];
const perceptron = ['up', 'gate', 'down'];
const parts: Readonly<Record<Config['adapted'], readonly string[]>> = {
  qv: ['query', 'value'],
  attention,
  mlp: perceptron,
  all: [...attention, ...perceptron],
};

/** A matrix that is added to, and the thin ones beside it. */
interface Adapted {
  readonly matrix: Parameter;
  readonly a: Unplaced;
  readonly b: Unplaced;
}

/** The network with all its `weights` fixed and thin matrices to train. */
export function withLora(network: Model, weights: Float32Array, { rank, loraAlpha, adapted }: LoraConfig): Model {
  const scale = loraAlpha / rank;
  const all = network.parameters.filter(({ name }) => isAdapted(name, parts[adapted])).map((matrix) => adaptedMatrix(matrix, rank));
  const { parameters, parameterCount } = layOut(all.flatMap(({ a, b }) => [a, b]));
  const names = new Set(all.map(({ matrix }) => layerName(matrix)));
  const added = (context: ForwardContext): NonNullable<ForwardContext['added']> => {
    const { g, weight } = context;
    return (layer, x) => {
      if (!names.has(layer)) return undefined;
      return g.scale(g.matMul(g.matMul(x, weight(nameOfA(layer))), weight(nameOfB(layer))), scale);
    };
  };
  return {
    ...network,
    name: `${network.name}, LoRA of rank ${String(rank)}`,
    parameters,
    parameterCount,
    fixed: network.parameters.map((parameter) => {
      const { offset, shape } = parameter;
      return { ...parameter, values: weights.slice(offset, offset + sizeOf(shape)) };
    }),
    whole: (flat) => {
      refuseOther(flat, parameterCount);
      const merged = weights.slice();
      all.forEach(({ matrix }, i) => addProduct(merged, matrix, flat, [parameters[2 * i]!, parameters[2 * i + 1]!], scale));
      return merged;
    },
    forward: (context, x) => network.forward({ ...context, added: added(context) }, x),
  };
}

function isAdapted(name: string, which: readonly string[]): boolean {
  const [layer = '', part = '', kind = ''] = name.split('.');
  return layer.startsWith('block') && which.includes(part) && kind === 'weight';
}

const layerName = ({ name }: Pick<Parameter, 'name'>): string => name.replace(/\.weight$/, '');
const nameOfA = (layer: string): string => `${layer}.lora_A`;
const nameOfB = (layer: string): string => `${layer}.lora_B`;

function adaptedMatrix(matrix: Parameter, rank: number): Adapted {
  const { fanIn, fanOut } = matrix;
  const layer = layerName(matrix);
  const start = { kind: 'uniform', bound: 1 / Math.sqrt(fanIn) } as const;
  return {
    matrix,
    a: { name: nameOfA(layer), shape: [fanIn, rank], role: 'weight', fanIn, fanOut: rank, start },
    b: { name: nameOfB(layer), shape: [rank, fanOut], role: 'weight', fanIn: rank, fanOut, start: { kind: 'zeros' } },
  };
}

/** `merged` gains `scale`·A·B where the matrix lies. Sums in double precision. */
function addProduct(
  merged: Float32Array,
  matrix: Parameter,
  flat: Float32Array,
  [a, b]: readonly [Parameter, Parameter],
  scale: number,
): void {
  const [rows = 0, columns = 0] = matrix.shape;
  const [, rank = 0] = a.shape;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let k = 0; k < rank; k++) sum += flat[a.offset + row * rank + k]! * flat[b.offset + k * columns + column]!;
      merged[matrix.offset + row * columns + column]! += scale * sum;
    }
}
