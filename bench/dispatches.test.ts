/** How many dispatches a step of a language model is on the graphics card: a number that needs no card, and says more than a time on a shared machine. */
import { expect, it } from 'vitest';
import { readAsset } from '../src/cli/read-asset.ts';
import { Memory } from '../src/engine/webgpu/memory.ts';
import { createPlan } from '../src/engine/webgpu/plan.ts';
import { initialVectors, programOf } from '../src/training/setup.ts';
import { rows } from './rows.ts';
import { workloadOf } from './workload.ts';

/** As many as each step of a row may take; TensorFlow.js as it comes takes 865 for the first, views not counted. */
const allowed: Readonly<Record<string, number>> = { 'gpt-64': 55, 'gpt-128': 92, 'lstm-64': 300 };

it.each(rows.filter(({ id }) => id in allowed))('$id takes few dispatches a step, and fewer shaders', async ({ id, link }) => {
  const workload = await workloadOf(link, readAsset);
  const program = programOf(workload, workload.config, initialVectors(workload.config, workload.model));
  // A plan is laid out without its device, which is needed to run it.
  const { dispatches } = createPlan(program.graphs.step, program, new Memory({} as GPUDevice, program), true);
  expect(dispatches.length).toBeLessThanOrEqual(allowed[id] ?? 0);
  expect(new Set(dispatches.map(({ code }) => code)).size).toBeLessThanOrEqual(40);
});
