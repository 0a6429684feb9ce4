/** What differs from layer to layer: names in PyTorch, rates of their own, frozen ones, running statistics. */
import type { NumpyArray } from '../shared/npz.ts';
import { languageName } from './language/names.ts';
import type { MaterialTensor, RunMaterial } from './material.ts';
import type { PartInputs } from './part.ts';
import { literal } from './python.ts';

/** `layer1.norm.weight` as the module `layer1_norm` has it. */
export function torchName(name: string, material: Pick<RunMaterial, 'language' | 'phases' | 'parameters'>): string {
  return material.language ? languageName(name, material) : name.replace('.norm.', '_norm.');
}

/** The run with all tensors of its network among `parameters`: those that stay, then those that are trained. */
export function withFixed(material: RunMaterial): RunMaterial {
  return { ...material, parameters: [...(material.fixed ?? []), ...material.parameters] };
}

const layerOf = ({ name, layer }: MaterialTensor): string => layer ?? name.split('.')[0] ?? name;

/** The layers with weights, from the input. */
function layerNames(material: RunMaterial): readonly string[] {
  return [...new Set(withFixed(material).parameters.map(layerOf))];
}

/** What the names of a layer's tensors begin with in the script: its modules. */
function prefixesOf(material: RunMaterial, layer: string): readonly string[] {
  if (!material.language) return [`${layer}.`, `${layer}_norm.`];
  const names = withFixed(material)
    .parameters.filter((tensor) => layerOf(tensor) === layer)
    .map(({ name }) => torchName(name, material));
  return [...new Set(names.map((name) => /^(?:blocks|layers)\.\d+\./.exec(name)?.[0] ?? `${name.split('.')[0] ?? name}.`))];
}

/** Prefixes as a Python tuple, which has a comma even behind a single entry. */
const tuple = (prefixes: readonly string[]): string => `(${prefixes.map(literal).join(', ')}${prefixes.length === 1 ? ',' : ''})`;

/** Whether layers have rates of their own. A live change of that is refused, so that the start decides. */
export function hasLayerRates({ material, phases }: PartInputs): boolean {
  const { layerDecay, headRate, optimizer } = phases.config;
  return layerNames(material).length > 1 && optimizer !== 'lbfgs' && (layerDecay !== 1 || headRate !== 1);
}

/** The rate of each layer as a share of the rate, as a Python dictionary; its keys are names, or what names begin with in a language model. */
export function layerShares({ material, phases }: PartInputs): string {
  const names = layerNames(material);
  const { layerDecay, headRate } = phases.config;
  const share = (layer: number) => layerDecay ** (names.length - 1 - layer) * (layer === names.length - 1 ? headRate : 1);
  if (material.language)
    return `{${names.map((name, layer) => `${tuple(prefixesOf(material, name))}: ${literal(share(layer))}`).join(', ')}}`;
  return `{${names.map((name, layer) => `${literal(name)}: ${literal(share(layer))}`).join(', ')}}`;
}

/** Prefixes of the parameters that keep their values, as a Python tuple; undefined if there are none. */
export function frozenPrefixes({ material, phases }: PartInputs): string | undefined {
  const frozen = layerNames(material).slice(0, phases.config.frozenLayers);
  if (frozen.length === 0) return undefined;
  return tuple(frozen.flatMap((name) => prefixesOf(material, name)));
}

/** Whether every parameter of `model` is trained. */
export function movesWhole(inputs: PartInputs): boolean {
  return inputs.material.fixed === undefined && frozenPrefixes(inputs) === undefined;
}

/** The parameters of `model` that are trained, as text. */
export function trainable(inputs: PartInputs): string {
  return movesWhole(inputs) ? 'model.parameters()' : '(p for p in model.parameters() if p.requires_grad)';
}

/** Whether batches are normalised. */
export function hasBatchNorm({ phases }: Pick<PartInputs, 'phases'>): boolean {
  return phases.config.normalization === 'batch';
}

/** The running statistics before the first step, by their names in `state_dict`. */
export function runningStatistics(material: RunMaterial): Readonly<Record<string, NumpyArray>> {
  const { parameters, phases } = material;
  const gains = phases[0]?.config.normalization === 'batch' ? parameters.filter(({ role }) => role === 'gain') : [];
  return Object.fromEntries(
    gains.flatMap(({ name, shape, values }): readonly (readonly [string, NumpyArray])[] => {
      const layer = torchName(name, material).replace(/\.weight$/, '');
      return [
        [`${layer}.running_mean`, { shape, values: new Float32Array(values.length) }],
        [`${layer}.running_var`, { shape, values: new Float32Array(values.length).fill(1) }],
        [`${layer}.num_batches_tracked`, { shape: [], values: new Int32Array(1) }],
      ];
    }),
  );
}
