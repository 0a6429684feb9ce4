/** Whether a run that names its engine repeats here bit for bit, in words. */
import { parameters } from '../params/table.ts';
import type { AppState } from './state.ts';

/** Whether a link or file repeats its run here. */
export interface Repeatability {
  /** What to expect, beside the trainer's own words on which engine was asked for and which runs. */
  readonly promise: string;
  /** Worth saying unasked, where nothing stands beside it: another engine runs than the one that was named. */
  readonly notice?: string;
}

/** Nothing to say while the engine is chosen automatically, or not yet known. */
export function repeatability({ run }: Pick<AppState, 'run'>): Repeatability | undefined {
  const asked = run?.config.engine;
  const ran = run?.engine?.engine;
  if (asked === undefined || asked === 'auto' || ran === undefined) return undefined;
  if (asked === ran) return { promise: 'On the same device, in the same browser, the run repeats bit for bit.' };
  const promise =
    'Its numbers agree within tolerance at first, not bit for bit: rounding differs, and grows with the steps, fast where the rate is high.';
  return { promise, notice: `This run asks for ${engineName(asked)}; here it runs on ${engineName(ran)}. ${promise}` };
}

/** What people call an engine. */
export function engineName(engine: string): string {
  return parameters.engine.options.find((option) => option.value === engine)?.label ?? engine;
}

/** A sentence of the trainer with engines under the names that people know. */
export function withEngineNames(sentence: string): string {
  return sentence.replaceAll(/\b(?:tfjs-\w+|wasm|webgpu)\b/g, engineName);
}
