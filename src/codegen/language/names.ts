/**
 * Learned tensors of a language model by their names in PyTorch. Blocks of a GPT are modules within modules; of a recurrent layer `nn.LSTM` and its
 * like keep the matrices of all gates in one, one below the other, in the order in which the product has them.
 */
import type { NumpyArray } from '../../shared/npz.ts';
import { isGpt, isRecurrent } from '../../params/model-kind.ts';
import type { RunMaterial } from '../material.ts';

/** `layer1.forget.inputWeight` in its parts. */
const ofGate = /^layer(\d+)\.(\w+)\.(input|hidden)(Weight|Bias)$/;

const blockPart = /^block(\d+)\.(\w+)\.(weight|bias|lora_A|lora_B)$/;

/** Parts of a block that stand in a module of their own there. */
const modules: Readonly<Record<string, string>> = {
  query: 'attention.query',
  key: 'attention.key',
  value: 'attention.value',
  projection: 'attention.projection',
  up: 'perceptron.up',
  gate: 'perceptron.gate',
  down: 'perceptron.down',
};

/**
 * Whether the layers of a recurrent network are modules of their own: with dropout between them, so that `--check` can put the app's masks there,
 * and where layers are told apart. Otherwise one module holds all layers.
 */
export function hasOwnLayers({ phases }: Pick<RunMaterial, 'phases'>): boolean {
  return phases.some(
    ({ config: { model, depth, dropout, layerDecay, headRate, frozenLayers } }) =>
      isRecurrent(model) && ((depth > 1 && dropout > 0) || layerDecay !== 1 || headRate !== 1 || frozenLayers > 0),
  );
}

/** Whether thin matrices are trained beside the matrix of a linear layer. */
function isAdapted(layer: string, { parameters }: Pick<RunMaterial, 'parameters'>): boolean {
  return parameters.some(({ name }) => name === `${layer}.lora_A`);
}

/** The name in `state_dict`; gates of one layer share it. */
export function languageName(name: string, material: Pick<RunMaterial, 'phases' | 'parameters'>): string {
  const [, layer, , side, part] = ofGate.exec(name) ?? [];
  if (layer !== undefined) {
    const tensor = `${part === 'Weight' ? 'weight' : 'bias'}_${side === 'input' ? 'ih' : 'hh'}`;
    return hasOwnLayers(material) ? `layers.${String(Number(layer) - 1)}.${tensor}_l0` : `rnn.${tensor}_l${String(Number(layer) - 1)}`;
  }
  const [, block, module = '', tensor] = blockPart.exec(name) ?? [];
  if (block === undefined || tensor === undefined) return name;
  const path = `blocks.${String(Number(block) - 1)}.${modules[module] ?? module}`;
  if (tensor === 'lora_A' || tensor === 'lora_B') return `${path}.${tensor}.weight`;
  return `${path}.${isAdapted(`block${block}.${module}`, material) ? 'base_layer.' : ''}${tensor}`;
}

/** How many gates share a tensor of the network: 1 but in an LSTM and a GRU. */
export function gateCount({ parameters }: Pick<RunMaterial, 'parameters'>): number {
  return Math.max(1, new Set(parameters.flatMap(({ name }) => ofGate.exec(name)?.[2] ?? [])).size);
}

/** Arrays that stand in one tensor there, one below the other. */
export function stacked(pieces: readonly NumpyArray[]): NumpyArray {
  const [first, ...more] = pieces;
  if (first === undefined) throw new RangeError('nothing to stack');
  if (more.length === 0) return first;
  const [rows = 0, ...rest] = first.shape;
  return { shape: [rows * pieces.length, ...rest], values: Float32Array.from(pieces.flatMap(({ values }) => [...values])) };
}

/** The modules that drop hidden values, in the order of the forward pass: behind the embedding and in each block, or between layers. */
export function dropoutNames({ phases }: Pick<RunMaterial, 'phases'>): readonly string[] {
  const { model, depth } = phases[0]?.config ?? { model: 'gpt', depth: 0 };
  if (!isGpt(model)) return Array.from({ length: depth - 1 }, (_, index) => `dropouts.${String(index)}`);
  const ofBlock = (index: number) => [1, 2].map((part) => `blocks.${String(index)}.dropout${String(part)}`);
  return ['dropout', ...Array.from({ length: depth }, (_, index) => ofBlock(index)).flat()];
}
