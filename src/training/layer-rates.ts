/**
 * Rates by layer: layer-wise decay, a multiplier of the output layer, and layers that stay as they are. What PyTorch does with parameter
 * groups: each layer is trained with a rate of its own, exactly, whatever the optimizer makes of its rate.
 *
 * Idea: every scalar of a rule that follows the rate is worked out once for each layer, `stepSize@0`, `stepSize@1` …, and enters the graph
 * as a vector that is constant along a layer. So no rule knows of layers, and moving a slider costs nothing. Memory that follows the rate
 * is kept for each layer too. Which layers are frozen shapes the graph: their gradient is never computed.
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { NodeId } from '../graph/graph.ts';
import { sizeOf } from '../graph/graph.ts';
import type { Model, Parameter } from '../models/model.ts';
import { layerNameOf, layersOf } from '../models/tuned.ts';
import type { Config } from '../params/config.ts';
import { layerCount } from '../params/layers.ts';
import { isDrivenFromOutside } from './optimizers/lbfgs.ts';
import type { Memory, StepContext } from './optimizers/optimizer.ts';
import { optimizers } from './optimizers/optimizers.ts';

/** Whether layers have rates of their own. */
export function hasLayerRates(config: Config): boolean {
  return layerCount(config) > 1 && !isDrivenFromOutside(config) && (config.layerDecay !== 1 || config.headRate !== 1);
}

/** What the rate of a layer, counted from the input, is multiplied by. */
export function layerFactor(config: Config, layer: number): number {
  const fromOutput = layerCount(config) - 1 - layer;
  return config.layerDecay ** fromOutput * (fromOutput === 0 ? config.headRate : 1);
}

/** The layer of each parameter, counted from the input. */
export function layerOf(model: Pick<Model, 'parameters' | 'layers'>): (parameter: Parameter) => number {
  const names = layersOf(model);
  return (parameter) => names.indexOf(layerNameOf(parameter));
}

/** `[parameterCount]`: 1 where weights move, 0 in the first `frozen` layers. */
export function trainedMask(model: Model, frozen: number): Float32Array {
  const layer = layerOf(model);
  const mask = new Float32Array(model.parameterCount).fill(1);
  for (const parameter of model.parameters)
    if (layer(parameter) < frozen) mask.fill(0, parameter.offset, parameter.offset + sizeOf(parameter.shape));
  return mask;
}

/** A scalar's name for one layer. */
function nameIn(layer: number, name: string): string {
  return `${name}@${String(layer)}`;
}

/** Scalars of a step that follow the rate: the learning rate, the proximal pull, and those of the rule. */
function rateScalars(optimizer: Config['optimizer']): readonly string[] {
  return ['learningRate', 'shrinkage', ...(optimizers[optimizer].rates ?? [])];
}

/** Reads scalars by name; those that follow the rate come as vectors `[parameterCount]`, each layer with its own number. */
export function scalarsByLayer(g: GraphBuilder, model: Model, optimizer: Config['optimizer']): (name: string) => NodeId {
  const layer = layerOf(model);
  // By layer in the order of the flat vector; some have nothing that is trained.
  const sizes = new Map<number, number>();
  for (const parameter of model.parameters) sizes.set(layer(parameter), (sizes.get(layer(parameter)) ?? 0) + sizeOf(parameter.shape));
  const followers = rateScalars(optimizer);
  return (name) => {
    if (!followers.includes(name)) return g.scalar(name);
    return g.concat([...sizes].map(([index, size]) => g.broadcast(g.scalar(nameIn(index, name)), [size])));
  };
}

/** The scalars of a step that follow the rate, for each layer. */
export function layerScalars(context: StepContext): Record<string, number> {
  const { config, learningRate } = context;
  const followers = rateScalars(config.optimizer);
  const scalars: Record<string, number> = {};
  for (let layer = 0; layer < layerCount(config); layer++) {
    const own = contextOf(context, layer);
    const rule = optimizers[config.optimizer];
    const values: Readonly<Record<string, number>> = {
      ...rule.scalars(own),
      ...rule.passingScalars?.(own),
      learningRate: own.learningRate,
      shrinkage: learningRate * layerFactor(config, layer) * config.l1,
    };
    for (const name of followers) scalars[nameIn(layer, name)] = values[name] ?? 0;
  }
  return scalars;
}

/** What an optimizer carries on after a step: for the rate itself, and for that of each layer where they differ. */
export function remembered(context: StepContext): Memory {
  const { config, step, learningRate, momentum, memory } = context;
  const { remember } = optimizers[config.optimizer];
  if (!remember) return memory;
  // Field by field: V8 takes a third of a microsecond for an entry that is named after a spread.
  const common = remember({ config, step, learningRate, momentum, memory: commonOf(memory) });
  if (!hasLayerRates(config)) return common;
  const own = Array.from({ length: layerCount(config) }, (_, layer) =>
    Object.entries(remember(contextOf(context, layer))).map(([name, value]) => [nameIn(layer, name), value] as const),
  );
  return { ...common, ...Object.fromEntries(own.flat()) };
}

/** A step and its scalars as one layer sees them. */
export function inLayer<Seen extends StepContext & { readonly scalars: Readonly<Record<string, number>> }>(
  seen: Seen,
  layer: number,
): Seen {
  if (!hasLayerRates(seen.config)) return seen;
  const suffix = nameIn(layer, '');
  const own = Object.entries(seen.scalars).flatMap(([name, value]) =>
    name.endsWith(suffix) ? [[name.slice(0, -suffix.length), value] as const] : [],
  );
  return { ...seen, ...contextOf(seen, layer), scalars: { ...seen.scalars, ...Object.fromEntries(own) } };
}

/** The step as one layer sees it. A layer without a memory of its own starts from the common one. */
function contextOf(context: StepContext, layer: number): StepContext {
  const { config, learningRate, memory } = context;
  const suffix = nameIn(layer, '');
  const own = Object.entries(memory).flatMap(([name, value]) =>
    name.endsWith(suffix) ? [[name.slice(0, -suffix.length), value] as const] : [],
  );
  const ofLayer = { learningRate: learningRate * layerFactor(config, layer), memory: { ...commonOf(memory), ...Object.fromEntries(own) } };
  return Object.assign({}, context, ofLayer);
}

/** The memory without those of layers; itself where it has none. */
function commonOf(memory: Memory): Memory {
  const isOfLayer = (name: string) => name.includes('@');
  for (const name in memory) if (isOfLayer(name)) return Object.fromEntries(Object.entries(memory).filter(([other]) => !isOfLayer(other)));
  return memory;
}
