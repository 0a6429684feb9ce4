/**
 * Masks and noise that the product drew in its first steps, for `--check`: a script cannot draw the same numbers by itself. Masks are packed
 * to bits, the element of the lowest index in the lowest bit; element i of a mask does not depend on the size of the batch.
 */
import { fillKeepMask, fillNormal, stream } from '../shared/random.ts';
import type { NumpyArray } from '../shared/npz.ts';
import type { Config } from '../params/config.ts';
import { dropoutNames } from './language/names.ts';
import type { MaterialTensor, RandomSite, RunMaterial } from './material.ts';
import { torchInputs, torchState } from './tensors.ts';

type Rate = 'dropout' | 'inputDropout';

function uses(material: RunMaterial, id: 'dropout' | 'inputDropout' | 'inputNoise' | 'gradientNoise'): boolean {
  // Nothing can be added to tokens.
  const canBe = material.language === undefined || (id !== 'inputDropout' && id !== 'inputNoise');
  return canBe && material.phases.some(({ config }) => config[id] > 0);
}

/** The modules that drop hidden values, in the order of the forward pass. */
function hiddenNames(material: RunMaterial): readonly string[] {
  return material.language ? dropoutNames(material) : material.hiddenDropout.map((_, index) => `dropout${String(index + 1)}`);
}

/** Names of the modules and noises that are recorded, in the script's words. */
export function recordedNames(material: RunMaterial): readonly string[] {
  const hidden = uses(material, 'dropout') ? hiddenNames(material) : [];
  return [
    ...(uses(material, 'inputDropout') ? ['input_dropout'] : []),
    ...hidden,
    ...(uses(material, 'inputNoise') ? ['input_noise'] : []),
    ...(uses(material, 'gradientNoise') ? ['gradient_noise'] : []),
  ];
}

/** The configuration in force at a step. */
function configAt({ phases }: RunMaterial, step: number): Config {
  const found = phases.findLast((phase) => phase.step <= step) ?? phases[0];
  if (!found) throw new RangeError('a run has at least one phase');
  return found.config;
}

function effectiveOf(config: Config): number {
  return config.batchSize * config.accumulation;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** Most examples of any step, so that one array holds all steps. */
function mostExamples(material: RunMaterial): number {
  return Math.max(...material.phases.map(({ config }) => Math.min(effectiveOf(config), material.train.count)));
}

function masks(material: RunMaterial, { site, shape }: RandomSite, rate: Rate, steps: number): NumpyArray {
  const length = mostExamples(material) * sizeOf(shape);
  const bytes = Math.ceil(length / 8);
  const packed = new Uint8Array(steps * bytes);
  const mask = new Float32Array(length);
  for (let step = 0; step < steps; step++) {
    const config = configAt(material, step);
    fillKeepMask(mask, config[rate], config.seed, step, site);
    // Masks of images lie by channel in the script.
    const { values } = torchInputs(mask, mostExamples(material), shape);
    values.forEach((kept, i) => {
      if (kept > 0) packed[step * bytes + (i >> 3)]! |= 1 << (i & 7);
    });
  }
  return { shape: [steps, bytes], values: packed };
}

function inputNoise(material: RunMaterial, steps: number): NumpyArray {
  const count = mostExamples(material);
  const all = new Float32Array(steps * count * sizeOf(material.inputShape));
  const noise = new Float32Array(count * sizeOf(material.inputShape));
  let shape: readonly number[] = [];
  for (let step = 0; step < steps; step++) {
    fillNormal(noise, configAt(material, step).seed, stream.trainingNoise, step, material.inputNoiseSite);
    const array = torchInputs(noise, count, material.inputShape);
    all.set(array.values, step * noise.length);
    ({ shape } = array);
  }
  return { shape: [steps, ...shape], values: all };
}

/** Noise on the gradient of each tensor, as `gradient_noise.<name>`. */
function gradientNoise(material: RunMaterial, steps: number): Record<string, NumpyArray> {
  const { parameters } = material;
  const offsets = new Map<MaterialTensor, number>();
  let size = 0;
  for (const tensor of parameters) {
    offsets.set(tensor, size);
    size += tensor.values.length;
  }
  const noise = new Float32Array(size);
  const all = new Map<string, { readonly shape: readonly number[]; readonly values: Float32Array }>();
  for (let step = 0; step < steps; step++) {
    fillNormal(noise, configAt(material, step).seed, stream.trainingNoise, step, material.gradientNoiseSite);
    const ofTensor = (tensor: MaterialTensor) => {
      const offset = offsets.get(tensor) ?? 0;
      return noise.slice(offset, offset + tensor.values.length);
    };
    for (const [name, { shape, values }] of Object.entries(torchState(material, ofTensor))) {
      const whole = all.get(name) ?? { shape: [steps, ...shape], values: new Float32Array(steps * values.length) };
      whole.values.set(values, step * values.length);
      all.set(name, whole);
    }
  }
  return Object.fromEntries([...all].map(([name, array]) => [`gradient_noise.${name}`, array]));
}

/** The arrays of `masks.npz`; none where training draws nothing. */
export function recordedArrays(material: RunMaterial): Readonly<Record<string, NumpyArray>> {
  const steps = material.expected.loss.length;
  const arrays: Record<string, NumpyArray> = {};
  if (uses(material, 'inputDropout'))
    arrays['input_dropout'] = masks(material, { site: material.inputDropoutSite, shape: material.inputShape }, 'inputDropout', steps);
  if (uses(material, 'dropout'))
    hiddenNames(material).forEach((name, index) => {
      const site = material.hiddenDropout[index];
      if (site) arrays[name] = masks(material, site, 'dropout', steps);
    });
  if (uses(material, 'inputNoise')) arrays['input_noise'] = inputNoise(material, steps);
  return uses(material, 'gradientNoise') ? { ...arrays, ...gradientNoise(material, steps) } : arrays;
}
