/**
 * What must hold on any device, whether it happens to go wrong on this one or not: what is carried out side by side never touches what another
 * writes, and steps of the app's own models take few dispatches.
 */
import { describe, expect, it } from 'vitest';
import { sizeOf, type NodeId } from '../../graph/graph.ts';
import { normalize } from '../../params/config.ts';
import { makeTask } from '../../tasks/make-task.ts';
import { recordedCnn } from '../../testing/recorded-cnn.ts';
import { recordedCases, recordedRun } from '../../testing/recorded-problem.ts';
import { randomProgram } from '../../testing/random-graph.ts';
import { firstStep } from '../../training/first-step.ts';
import { resultsOf, sourcesOf, type Single } from '../planning/instructions.ts';
import { perceptronProgram } from '../testing-programs.ts';
import type { Task } from './dispatches.ts';
import { draftOf, type Draft } from './draft.ts';
import { placesOf, planOf } from './plan.ts';
import { residentsOf } from './residents.ts';
import type { Program } from '../../graph/executor.ts';

/** A stretch of the arena. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

const programs: readonly (readonly [string, Program])[] = [
  ...Array.from({ length: 60 }, (_, number) => [`graph ${String(number)}`, randomProgram(number, 40).program] as const),
  ...recordedCases.map((item) => [item.name, recordedRun(item).program as unknown as Program] as const),
  ['the CNN', recordedCnn().program],
  ['a wide perceptron', perceptronProgram(784, 128, 10, 64)],
];

function memoryOf(draft: Draft, program: Program): (id: NodeId) => readonly Stretch[] {
  const places = placesOf(draft, residentsOf(program, [draft]));
  return (id) => {
    const place = places(id);
    const node = draft.values.graph.nodes[id];
    const size = node === undefined ? draft.lifetimes.size(id) : sizeOf(node.shape);
    return place.kind === 'arena' ? [{ from: place.at, to: place.at + size }] : [];
  };
}

/** What a concatenation writes: pieces that lie in their place already are not touched. */
function copiedPieces({ values }: Draft, { id, result }: Single, memory: (id: NodeId) => readonly Stretch[]): readonly Stretch[] {
  let [from] = memory(result).map((stretch) => stretch.from);
  return values.node(id).inputs.flatMap((input) => {
    const begin = from ?? 0;
    from = begin + values.size(input);
    return memory(input)[0]?.from === begin ? [] : [{ from: begin, to: from }];
  });
}

function overlaps(a: readonly Stretch[], b: readonly Stretch[]): boolean {
  return a.some((x) => b.some((y) => x.from < y.to && y.from < x.to));
}

describe('tasks that are carried out side by side', () => {
  it.each(programs)('never touch what another writes: %s', (_, program) => {
    const draft = draftOf(program.graphs.step, true);
    const memory = memoryOf(draft, program);
    const writes = ({ instruction }: Task) =>
      instruction.kind === 'single' && draft.values.node(instruction.id).op === 'concat'
        ? copiedPieces(draft, instruction, memory)
        : resultsOf(instruction).flatMap(memory);
    const reads = ({ instruction }: Task) => sourcesOf(draft.values, instruction).flatMap(memory);
    for (const level of draft.dispatches.flat())
      for (const one of level)
        for (const other of level) {
          if (one === other) continue;
          expect(overlaps(writes(one), [...reads(other), ...writes(other)])).toBe(false);
        }
  });
});

describe('the step', () => {
  const planned = (program: Program) => {
    const draft = draftOf(program.graphs.step, true);
    return planOf(draft, residentsOf(program, [draft]), program.seed, true);
  };

  it('of a small network is one dispatch, which makes many of them', () => {
    const { config } = normalize({ task: 'spiral', dropout: 0.1, optimizer: 'adamw' });
    const plan = planned(firstStep(config, makeTask(config, {})).program);
    expect(plan.isLoop).toBe(true);
    expect(plan.shaders).toHaveLength(1);
    expect(plan.shaders[0]?.size).toEqual([1, 1]);
  });

  it('of larger ones is a few', () => {
    const plan = planned(perceptronProgram(784, 128, 10, 64));
    expect(plan.isLoop).toBe(false);
    expect(plan.shaders.length).toBeLessThanOrEqual(13);
  });

  it('is the same text every time', () => {
    const [, program] = programs.at(-1) ?? ['', perceptronProgram()];
    expect(planned(program)).toEqual(planned(program));
  });
});
