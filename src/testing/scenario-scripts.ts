/** The files that the two values of every parameter's scenario are exported to, without the curve that `--check` would compare. */
import { exportFiles } from '../codegen/files.ts';
import { normalize } from '../params/config.ts';
import type { ParameterId } from '../params/table.ts';
import { makeTask } from '../tasks/make-task.ts';
import { runMaterial } from '../trainer/run-material.ts';
import type { Scenario } from './scenarios.ts';
import { scenarioBase, scenarios } from './scenarios.ts';
import { testAssets } from './test-assets.ts';

/** The files for both values of one parameter. */
export async function scenarioFiles(
  id: ParameterId,
  { in: where = {}, values }: Scenario,
): Promise<readonly Readonly<Record<string, Uint8Array>>[]> {
  return Promise.all(
    values.map(async (value) => {
      const { config } = normalize({ ...scenarioBase, ...where, [id]: value });
      const task = makeTask(config, await testAssets(config));
      const material = runMaterial(config, [], task, { loss: [], learningRate: [], momentum: [], evaluations: [] });
      // The link names every choice: with it any two scripts would differ.
      return exportFiles({ ...material, link: '' }, 'pytorch');
    }),
  );
}

/** The scripts of all scenarios, by the parameter and which of its values it is. */
export async function scenarioScripts(): Promise<readonly { readonly name: string; readonly script: string }[]> {
  const scripts: { name: string; script: string }[] = [];
  for (const [id, scenario] of Object.entries(scenarios)) {
    const both = await scenarioFiles(id as ParameterId, scenario);
    both.forEach((files, index) => scripts.push({ name: `${id} ${String(index)}`, script: new TextDecoder().decode(files['train.py']) }));
  }
  return scripts;
}
