/** The language model that a run has come to, as files: from the run's own vectors to what the generator is handed. */
import { modelFiles } from '../codegen/model-files.ts';
import type { LoraMaterial } from '../codegen/model-files.ts';
import type { MaterialTensor } from '../codegen/material.ts';
import { sizeOf } from '../graph/graph.ts';
import { buildLanguageModel } from '../models/build-language-model.ts';
import type { Parameter } from '../models/model.ts';
import type { ConfigPatch } from '../params/config.ts';
import { tuningOf } from '../params/model-kind.ts';
import { toHash } from '../params/url.ts';
import { dataInWords } from './data-in-words.ts';
import type { ReadAsset } from './load-task.ts';
import { runMaterial } from './run-material.ts';
import type { TakenModel } from './weights-for-reading.ts';

/** What only training knows, as it is where nothing is trained: the code of a model is to have no trace of it. */
const atRest = {
  tune: 'full',
  dropout: 0,
  layerDecay: 1,
  headRate: 1,
  frozenLayers: 0,
  optimizer: 'adam',
  clip: 'none',
} as const satisfies ConfigPatch;

/** Files by name. Rejects where the manifest of the data cannot be read. */
export async function exportModel(taken: TakenModel, read: ReadAsset): Promise<Readonly<Record<string, Uint8Array>>> {
  const { model, task, config, begun, network, step } = taken;
  const unmoved = runMaterial({ ...config, ...atRest }, [], task, { loss: [], learningRate: [], momentum: [], evaluations: [] });
  const run = {
    ...unmoved,
    link: toHash({ ...begun, hide: [], lock: [], run: false }),
    modelName: network.name,
    parameters: tensorsIn(buildLanguageModel(model.options).parameters, model.weights),
  };
  const lora = loraOf(taken);
  const data = await dataInWords(config, read);
  return modelFiles({ run, step, data, ...(task.start ? { base: task.start.fingerprint } : {}), ...(lora ? { lora } : {}) });
}

function tensorsIn(parameters: readonly Parameter[], flat: Float32Array): readonly MaterialTensor[] {
  return parameters.map(({ name, shape, role, offset }) => ({ name, shape, role, values: flat.slice(offset, offset + sizeOf(shape)) }));
}

function loraOf({ config, network, flat }: TakenModel): LoraMaterial | undefined {
  if (tuningOf(config) !== 'lora') return undefined;
  const { rank, loraAlpha: alpha } = config;
  return { rank, alpha, thin: tensorsIn(network.parameters, flat), base: network.fixed ?? [] };
}
