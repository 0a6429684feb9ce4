/** How many dispatches a step of a language model is on the graphics card: a number that needs no card, and says more than a time on a shared machine. */
import { expect, it } from 'vitest';
import { Memory } from '../../src/engine/webgpu/memory.ts';
import { createPlan } from '../../src/engine/webgpu/plan.ts';
import { languageWork } from './program.ts';
import { languageRows } from './rows.ts';

/** As many as each step of a row may take; TensorFlow.js as it comes takes more than 600 for the first. */
const allowed: Readonly<Record<string, number>> = { 'gpt-64': 60, 'gpt-128': 100, 'lstm-64': 600 };

it.each(languageRows)('$id takes few dispatches a step, and fewer shaders', (row) => {
  const { program } = languageWork(row);
  // A plan is laid out without its device, which is needed to run it.
  const { dispatches } = createPlan(program.graphs.step, program, new Memory({} as GPUDevice, program), true);
  expect(dispatches.length).toBeLessThanOrEqual(allowed[row.id] ?? 0);
  expect(new Set(dispatches.map(({ code }) => code)).size).toBeLessThanOrEqual(40);
});
