/** Which operations share a pass: over all parameters of a network there are as few as their norms allow, and no sum is added up in another order. */
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../graph/builder.ts';
import type { Graph } from '../../graph/graph.ts';
import { normalize } from '../../params/config.ts';
import type { ConfigPatch } from '../../params/config.ts';
import { makeTask } from '../../tasks/make-task.ts';
import { programShape } from '../../training/program-shape.ts';
import { setUp } from '../../training/setup.ts';
import { stepGraph } from '../../training/step-graph.ts';
import { valuesOf } from '../plan/values.ts';
import type { Group } from './instructions.ts';
import { schedule } from './schedule.ts';

/** The groups of so many elements. */
function groupsOf(graph: Graph, size: number): readonly Group[] {
  const values = valuesOf(graph, [...Object.values(graph.outputs), ...Object.values(graph.updates)]);
  return schedule(values).flatMap((one) => (one.kind === 'group' && one.size === size ? [one] : []));
}

/** Passes over all parameters of a small network: the operations of each, and how many of these are summed up. */
function passes(patch: ConfigPatch): readonly (readonly [operations: string, sums: number])[] {
  const { config, problems } = normalize({ task: 'moons', trainingSize: 40, layers: [20, 20], optimizer: 'sgd', momentum: 0, ...patch });
  expect(problems).toEqual([]);
  const { model, sizes } = setUp(config, makeTask(config, {}));
  const graph = stepGraph(model, sizes, programShape(config));
  return groupsOf(graph, model.parameterCount).map(({ members, sums }) => [
    members.map(({ id }) => graph.nodes[id]?.op).join(' '),
    sums.length,
  ]);
}

describe('passes over all parameters', () => {
  it('the norm of the gradient, and the step that it allows: nothing of the step is stored before', () => {
    expect(passes({})).toEqual([
      ['square', 1],
      ['mul sub select', 0],
    ]);
  });

  it('a penalty, its size and the norm are one', () => {
    expect(passes({ l2: 0.01, decay: 'all' })).toEqual([
      ['square mul add square', 2],
      ['mul sub select', 0],
    ]);
  });

  it('a norm that nothing in the step waits for is one with it', () => {
    expect(passes({ clip: 'norm', clipAt: 1 })).toEqual([
      ['square', 1],
      ['mul square mul sub select', 1],
    ]);
  });
});

it('a sum whose group would go row by row if it took more is added up as if it did not', () => {
  const g = new GraphBuilder();
  const squares = g.unary('square', g.feed('x', [20, 5]));
  const graph = g.finish({ norm: g.unary('sqrt', g.sum(squares)), scaled: g.mul(squares, g.feed('row', [5])) });
  expect(groupsOf(graph, 100).map(({ columns, sums }) => [columns, sums.length])).toEqual([
    [undefined, 1],
    [5, 0],
  ]);
});

it('few elements are straight code, which gains nothing by waiting', () => {
  const g = new GraphBuilder();
  const squares = g.unary('square', g.feed('x', [40]));
  const graph = g.finish({ norm: g.unary('sqrt', g.sum(squares)), twice: g.plus(squares, squares) });
  expect(groupsOf(graph, 40)).toHaveLength(2);
});
