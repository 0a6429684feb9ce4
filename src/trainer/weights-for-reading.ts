/** The model that a run has come to, as something to read and write text with: the one place that says which weights that takes. */
import type { LanguageModel } from '../language/language-model.ts';
import { languageOptions } from '../models/build-language-model.ts';
import type { Model } from '../models/model.ts';
import type { Change } from '../params/changes.ts';
import type { Config } from '../params/config.ts';
import { isTableModel } from '../params/model-kind.ts';
import type { LanguageTask } from '../tasks/task.ts';
import type { Run } from '../training/run.ts';

/** A language model, what it learns from, and the step of its weights. */
export interface ModelAtStep {
  readonly step: number;
  readonly model: LanguageModel;
  readonly task: LanguageTask;
}

/** The same as it is taken away: with what of it was trained, and the run that led there. */
export interface TakenModel extends ModelAtStep {
  /** The network as it was trained, and the flat vector of what is trained of it. */
  readonly network: Model;
  readonly flat: Float32Array;
  /** The configuration in force, and the run from its start. */
  readonly config: Config;
  readonly begun: { readonly config: Config; readonly changes: readonly Change[] };
}

/** The language model of a run, its weights copied and LoRA merged into them; undefined if the run has none. Rejects with the executor’s errors. */
export async function weightsForReading(
  run: Pick<Run, 'task' | 'model' | 'weights'>,
  config: Config,
): Promise<Omit<TakenModel, 'step' | 'begun'> | undefined> {
  const { task } = run;
  const { model } = config;
  if (task.kind !== 'language' || isTableModel(model)) return undefined;
  const options = languageOptions({ ...config, model }, task);
  const flat = await run.weights();
  // Where thin matrices are trained beside fixed ones, a text is read with their sum.
  return {
    task,
    config,
    network: run.model,
    flat,
    model: { options, tokenizer: task.tokenizer, weights: run.model.whole?.(flat) ?? flat },
  };
}
