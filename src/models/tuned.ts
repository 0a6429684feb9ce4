/**
 * A pretrained network of which a part is trained: all of it, some of its tensors, or thin matrices beside them.
 *
 * Idea: the flat vector holds what is trained and nothing else. What stays lies beside it as fixed tensors, which the forward pass reads like
 * any other; so no optimizer keeps memory for it, no penalty or norm sees it, and no gradient is computed for it.
 */
import type { Config } from '../params/config.ts';
import { sizeOf } from '../graph/graph.ts';
import { withLora } from './lora.ts';
import type { Model, Parameter } from './model.ts';
import { layOut, refuseOther } from './model.ts';

/** What of a configuration says how a model is tuned. */
export type TuningConfig = Pick<Config, 'tune' | 'lastBlocks' | 'rank' | 'loraAlpha' | 'adapted' | 'depth'>;

/** A pretrained model: its layout and its flat vector. */
export interface PretrainedWeights {
  readonly model: Model;
  readonly weights: Float32Array;
}

/** The network that is trained. `network`: its layout as a whole, which may have a head of its own where the pretrained one has not. */
export function tuned(network: Model, config: TuningConfig, pretrained: PretrainedWeights): Model {
  const weights = inLayoutOf(network, pretrained);
  if (config.tune === 'full') return { ...network, initial: weights };
  const layers = layersOf(network);
  if (config.tune === 'lora') return withLora({ ...network, layers }, weights, config);
  const moves = movingLayers(layers, config);
  return partOf({ ...network, layers }, weights, (parameter) => moves.includes(layerNameOf(parameter)));
}

/** The layer that a parameter belongs to. */
export function layerNameOf({ name, layer }: Pick<Parameter, 'name' | 'layer'>): string {
  return layer ?? name.split('.')[0] ?? name;
}

/** The names of all layers with parameters, from the input. */
export function layersOf({ parameters, layers }: Pick<Model, 'parameters' | 'layers'>): readonly string[] {
  return layers ?? [...new Set(parameters.map(layerNameOf))];
}

/** Tables first, then blocks, then what stands behind them. */
function movingLayers(layers: readonly string[], { tune, lastBlocks, depth }: TuningConfig): readonly string[] {
  return layers.slice(1 + depth - (tune === 'blocks' ? lastBlocks : 0));
}

function partOf(network: Model, weights: Float32Array, moves: (parameter: Parameter) => boolean): Model {
  const own = (parameter: Parameter) => weights.slice(parameter.offset, parameter.offset + sizeOf(parameter.shape));
  const moving = network.parameters.filter(moves);
  const { parameters, parameterCount } = layOut(moving);
  const initial = new Float32Array(parameterCount);
  parameters.forEach(({ offset }, i) => initial.set(own(moving[i]!), offset));
  return {
    ...network,
    parameters,
    parameterCount,
    initial,
    fixed: network.parameters.filter((parameter) => !moves(parameter)).map((parameter) => ({ ...parameter, values: own(parameter) })),
    whole: (flat) => {
      refuseOther(flat, parameterCount);
      const all = weights.slice();
      parameters.forEach(({ offset, shape }, i) => all.set(flat.subarray(offset, offset + sizeOf(shape)), moving[i]!.offset));
      return all;
    },
  };
}

/** The pretrained weights where `network` has them. A head that was the table of tokens starts as that table, transposed. */
function inLayoutOf({ parameters, parameterCount }: Model, pretrained: PretrainedWeights): Float32Array {
  const { model, weights } = pretrained;
  if (weights.length !== model.parameterCount)
    throw new RangeError(`The pretrained model has ${model.parameterCount} parameters, not ${weights.length}.`);
  const flat = new Float32Array(parameterCount);
  const find = (name: string): Float32Array | undefined => {
    const place = model.parameters.find((parameter) => parameter.name === name);
    return place && weights.subarray(place.offset, place.offset + sizeOf(place.shape));
  };
  for (const { name, shape, offset } of parameters) {
    const found = find(name) ?? transposed(find('tokens.weight') ?? new Float32Array(), shape[0] ?? 1);
    flat.set(found, offset);
  }
  return flat;
}

/** A row-major matrix of `columns` columns, transposed. */
function transposed(matrix: Float32Array, columns: number): Float32Array {
  const rows = matrix.length / columns;
  return Float32Array.from(matrix, (_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)]!);
}
