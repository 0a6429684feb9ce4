/** What threads do between one waiting for each other and the next: few stages for models that work on many rows, and none before what it reads. */
import { describe, expect, it } from 'vitest';
import type { Graph, NodeId } from '../../graph/graph.ts';
import { normalize } from '../../params/config.ts';
import type { ConfigPatch } from '../../params/config.ts';
import { makeTask } from '../../tasks/make-task.ts';
import { programShape } from '../../training/program-shape.ts';
import { setUp } from '../../training/setup.ts';
import { stepGraph } from '../../training/step-graph.ts';
import { valuesOf, type Values } from '../plan/values.ts';
import { blockedBy } from './blocks.ts';
import { resultsOf, sourcesOf, type Instruction } from './instructions.ts';
import { schedule } from './schedule.ts';
import { instructionsOf, stagesOf, type Stage } from './stages.ts';
import { sharingLimits } from './threads.ts';

const gpt = { task: 'copy', length: 14, model: 'gpt', width: 64, depth: 2, heads: '4', batchSize: 16 } as const;
const models: Readonly<Record<string, ConfigPatch>> = {
  gpt,
  'gpt, rotary, dropout': { ...gpt, positions: 'rotary', normalization: 'rms', activation: 'swiglu', dropout: 0.1 },
  'gpt, everything on': { ...gpt, dropout: 0.1, l2: 0.01, clip: 'norm', clipAt: 1, updateRatio: true, noiseScale: true },
  'gpt, batch of 13': { ...gpt, batchSize: 13 },
  lstm: { ...gpt, model: 'lstm' },
  mlp: { task: 'moons', trainingSize: 1024, layers: [256, 256], batchSize: 512, dropout: 0.2, normalization: 'batch' },
};

function graphOf(patch: ConfigPatch): Graph {
  const { config, problems } = normalize(patch);
  expect(problems).toEqual([]);
  const { model, sizes } = setUp(config, makeTask(config, {}));
  return stepGraph(model, sizes, programShape(config));
}

interface Staged {
  readonly values: Values;
  readonly instructions: readonly Instruction[];
  readonly stages: readonly Stage[];
}

function staged(graph: Graph, threads: number, limits = sharingLimits): Staged {
  const updates = Object.values(graph.updates);
  const values = valuesOf(graph, [...Object.values(graph.outputs), ...updates]);
  const instructions = schedule(values);
  const lasting = new Set(updates.map((id) => values.view(id).root));
  return { values, instructions, stages: stagesOf(values, instructions, { threads, limits }, lasting) };
}

describe('stages', () => {
  it('of a transformer: one there, one back, and the gradients of its weights', () => {
    const { stages, instructions } = staged(graphOf(gpt), 2);
    expect(stages.map(({ kind }) => kind).filter((kind) => kind !== 'one')).toEqual(['blocks', 'blocks', 'apart']);
    const alone = stages.filter(({ kind }) => kind === 'one').length;
    expect(alone).toBeLessThan(20);
    expect(instructions.length - alone).toBeGreaterThan(80);
  });

  it('are as the instructions come for one thread, and where nothing is large', () => {
    for (const { stages, instructions } of [staged(graphOf(gpt), 1), staged(graphOf({ task: 'moons', layers: [8] }), 2)])
      expect(stages).toEqual(instructions.map((instruction) => ({ kind: 'one', instruction })));
  });

  it.each(Object.entries(models))('of %s hold every instruction once, after what it reads', (_, patch) => {
    const graph = graphOf(patch);
    for (const threads of [2, 3, 4])
      for (const limits of [sharingLimits, { program: 0, job: 0, slice: 1 }]) {
        const { values, instructions, stages } = staged(graph, threads, limits);
        expect(new Set(stages.flatMap(instructionsOf))).toEqual(new Set(instructions));
        expect(stages.flatMap(instructionsOf)).toHaveLength(instructions.length);
        const made = new Set<NodeId>();
        const makes = new Set(instructions.flatMap(resultsOf));
        const isMissing = (id: NodeId): boolean => makes.has(values.view(id).root) && !made.has(values.view(id).root);
        for (const stage of stages) {
          for (const instruction of instructionsOf(stage)) {
            const own = new Set(resultsOf(instruction));
            expect(sourcesOf(values, instruction).filter((id) => isMissing(id) && !own.has(values.view(id).root))).toEqual([]);
            if (stage.kind !== 'apart') for (const id of own) made.add(id);
          }
          for (const id of instructionsOf(stage).flatMap(resultsOf)) made.add(id);
        }
      }
  });

  it.each(Object.entries(models))('of %s divide all that they make into their blocks, and read none of it whole', (_, patch) => {
    const { values, stages } = staged(graphOf(patch), 2);
    for (const stage of stages) {
      if (stage.kind !== 'blocks') continue;
      const made = new Set(stage.instructions.flatMap(resultsOf));
      for (const instruction of stage.instructions) {
        const { count = 0, makes = [], whole = [] } = blockedBy(values, instruction) ?? {};
        expect(count % stage.blocks).toBe(0);
        for (const { size } of makes) expect(size % stage.blocks).toBe(0);
        expect(whole.filter((id) => made.has(values.view(id).root))).toEqual([]);
      }
    }
  });
});
