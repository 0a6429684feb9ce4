/**
 * A trained language model as files: its weights with the names and the layout of PyTorch, its tokenizer, code that reads both, and whose works it has read.
 * With LoRA what was learned stands there twice: merged into the weights, and by itself, as `peft` writes it.
 */
import type { NumpyArray } from '../shared/npz.ts';
import { encodeSafetensors } from '../shared/safetensors.ts';
import type { NamedTensor } from '../shared/safetensors.ts';
import { utf8Encode } from '../shared/utf8.ts';
import { modelScript } from './language/model-script.ts';
import { modelReadme } from './language/model-readme.ts';
import type { MaterialTensor, RunMaterial } from './material.ts';
import { Phases } from './phases.ts';
import { torchState } from './tensors.ts';

/** A model and where it comes from. */
export interface ModelMaterial {
  /** Its run, as if all weights had been trained, with nothing in force that only training knows; `parameters` are the weights of the whole network. */
  readonly run: RunMaterial;
  /** Optimizer steps that led to these weights. */
  readonly step: number;
  /** Whose works it has read, with their licences, in words. */
  readonly data: string;
  /** Fingerprint of the model that it was fine-tuned from. */
  readonly base?: string;
  readonly lora?: LoraMaterial;
}

/** What LoRA has learned, beside what. */
export interface LoraMaterial {
  readonly rank: number;
  readonly alpha: number;
  /** The thin matrices, `[in, r]` and `[r, out]`. */
  readonly thin: readonly MaterialTensor[];
  /** The network without them. */
  readonly base: readonly MaterialTensor[];
}

/** Files by name. Throws `RangeError` for a run that is not one of language. */
export function modelFiles(material: ModelMaterial): Readonly<Record<string, Uint8Array>> {
  const { run, lora } = material;
  if (!run.language) throw new RangeError('only a language model has a tokenizer to be taken with it');
  const inputs = { material: run, phases: new Phases(run) };
  const title = `${run.taskName}, ${run.modelName.replaceAll('‑', '-')}: a language model of Tuning Fork after ${material.step.toLocaleString('en')} steps.`;
  return {
    'model.safetensors': weightsFile(material, torchState(run)),
    'tokenizer.json': utf8Encode(run.language.tokenizer),
    'model.py': utf8Encode(modelScript(inputs, title)),
    'README.md': utf8Encode(modelReadme(material, title)),
    ...(lora ? adapterFiles(material, lora) : {}),
  };
}

/** A file of tensors with what is known of them. `isHalf`: in half precision, where nothing is lost by it. */
function weightsFile({ run, step, data, base }: ModelMaterial, state: Readonly<Record<string, NumpyArray>>, isHalf = false): Uint8Array {
  const tensors = Object.fromEntries(Object.entries(state).map(([name, array]) => [name, floats(array)]));
  const metadata = {
    // What Hugging Face's readers look for: the layout is PyTorch's.
    format: 'pt',
    made_by: 'Tuning Fork',
    model: run.modelName,
    link: run.link,
    step: String(step),
    tokenizer: `tokenizer.json, ${String(run.outputs)} tokens`,
    data,
    ...(base === undefined ? {} : { fine_tuned_from: base }),
  };
  return encodeSafetensors({ tensors, metadata }, () => isHalf);
}

function floats({ shape, values }: NumpyArray): NamedTensor {
  return { shape, values: values instanceof Float32Array ? values : Float32Array.from(values) };
}

function adapterFiles(material: ModelMaterial, { rank, alpha, thin, base }: LoraMaterial): Readonly<Record<string, Uint8Array>> {
  const adapter = torchState({ ...material.run, parameters: thin });
  const prefixed = Object.fromEntries(Object.entries(adapter).map(([name, array]) => [`base_model.model.${name}`, array]));
  const modules = Object.keys(adapter).map((name) => name.split('.').at(-3) ?? '');
  const config = {
    peft_type: 'LORA',
    task_type: null,
    base_model_name_or_path: 'base.safetensors',
    inference_mode: true,
    r: rank,
    lora_alpha: alpha,
    lora_dropout: 0,
    target_modules: [...new Set(modules)],
    bias: 'none',
    fan_in_fan_out: false,
  };
  return {
    'adapter_model.safetensors': weightsFile(material, prefixed),
    'adapter_config.json': utf8Encode(`${JSON.stringify(config, undefined, 2)}\n`),
    // The pretrained model is a file in half precision: as such it is what it was.
    'base.safetensors': weightsFile(material, torchState({ ...material.run, parameters: base }), true),
  };
}
