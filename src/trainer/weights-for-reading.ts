/** The model that a run has come to, as something to read and write text with: the one place that says which weights that takes. */
import type { LanguageModel } from '../language/language-model.ts';
import { languageOptions } from '../models/build-language-model.ts';
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

/** The language model of a run, its weights copied; undefined if the run has none. Rejects with the executor’s errors. */
export async function weightsForReading(run: Run, config: Config): Promise<Omit<ModelAtStep, 'step'> | undefined> {
  const { task } = run;
  const { model } = config;
  if (task.kind !== 'language' || isTableModel(model)) return undefined;
  const options = languageOptions({ ...config, model }, task);
  return { task, model: { options, tokenizer: task.tokenizer, weights: await run.weights() } };
}
