/** Whether a run that names its engine repeats here bit for bit, in words. */
import { parameters } from '../params/table.ts';
import type { AppState } from './state.ts';

/** Whether a link or file repeats its run here. */
export interface Repeatability {
  /** The engine that was named is the one that runs. */
  readonly exact: boolean;
  readonly sentence: string;
}

/** Nothing to say while the engine is chosen automatically, or not yet known. */
export function repeatability({ run }: Pick<AppState, 'run'>): Repeatability | undefined {
  const asked = run?.config.engine;
  const ran = run?.engine?.engine;
  if (asked === undefined || asked === 'auto' || ran === undefined) return undefined;
  if (asked === ran) {
    return { exact: true, sentence: `${engineName(asked)} was asked for and runs here: on the same device the run repeats bit for bit.` };
  }
  const sentence = `This run was made on ${engineName(asked)}; here it runs on ${engineName(ran)}. Its numbers agree within tolerance, not bit for bit.`;
  return { exact: false, sentence };
}

/** What people call an engine. */
export function engineName(engine: string): string {
  return parameters.engine.options.find((option) => option.value === engine)?.label ?? engine;
}

/** A sentence of the trainer with engines under the names that people know. */
export function withEngineNames(sentence: string): string {
  return sentence.replaceAll(/\b(?:tfjs-\w+|wasm|webgpu)\b/g, engineName);
}
