/** Every loss against values and gradients recorded from PyTorch (`scripts/reference/losses.py`), for ordinary and extreme logits. */
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../graph/builder.ts';
import { gradients } from '../graph/gradients.ts';
import type { Config } from '../params/config.ts';
import type { TaskKind } from '../params/task-kind.ts';
import { graphOf, inDouble, inSingle } from '../testing/evaluate-graph.ts';
import type { Given, Outputs } from '../testing/evaluate-graph.ts';
import { gap, gapToLargest } from '../testing/gap.ts';
import { exampleLosses, lossScalars } from './losses.ts';
import recorded from './recorded/losses.json' with { type: 'json' };

type RecordedLoss = (typeof recorded.cases)[number];

const names = ['examples', 'mean', 'gradient'] as const;

/** The numbers of a case, in words. */
function numbersOf(item: RecordedLoss): string {
  return lossScalars.flatMap((name) => (name in item ? [`, ${name} ${String((item as Record<string, unknown>)[name])}`] : [])).join('');
}

function lossGraph(item: RecordedLoss) {
  return graphOf((g) => {
    const [count = 0, columns = 1] = item.logits.shape;
    const logits = g.feed('logits', [count, columns]);
    const targets = g.feed('targets', item.kind === 'regression' ? [count, columns] : [count]);
    const kind = item.kind as TaskKind;
    const examples = exampleLosses(g, item.loss as Config['loss'], {
      kind,
      output: logits,
      targets,
      scalar: (name) => g.scalar(name),
      smoothing: 'smoothing' in item,
    });
    const mean = g.div(g.sum(examples), g.constant(count));
    const [gradient = mean] = gradients(g, mean, [logits]);
    return { examples, mean, gradient };
  });
}

function given(item: RecordedLoss): Given {
  return {
    scalars: Object.fromEntries(
      lossScalars.flatMap((name) => (name in item ? [[name, Number((item as Record<string, unknown>)[name])]] : [])),
    ),
    feeds: { logits: item.logits.values, targets: item.targets.values },
  };
}

function expectRecorded(outputs: Outputs<(typeof names)[number]>, item: RecordedLoss, apart: typeof gap, bound: number): void {
  expect(apart(outputs.examples, item.examples), 'loss of each example').toBeLessThanOrEqual(bound);
  expect(apart(outputs.mean, [item.mean]), 'mean loss').toBeLessThanOrEqual(bound);
  expect(apart(outputs.gradient, item.gradient), 'gradient').toBeLessThanOrEqual(bound);
}

describe('losses follow PyTorch', () => {
  const named = recorded.cases.map((item) => ({
    item,
    title: `${item.loss} of a ${item.kind} task${numbersOf(item)}, ${item.inputs} logits`,
  }));

  it('covers every loss of every kind of task', () => {
    expect(new Set(recorded.cases.map(({ kind, loss }) => `${kind} ${loss}`)).size).toBe(14);
  });

  it.each(named)('$title, in double precision', ({ item }) => {
    expectRecorded(inDouble(lossGraph(item), names, given(item)), item, gap, 1e-10);
  });

  it.each(named)('$title, through the float32 executor', async ({ item }) => {
    expectRecorded(await inSingle(lossGraph(item), names, given(item)), item, gapToLargest, 1e-6);
  });

  it('a loss that the kind of task does not have is refused by name', () => {
    const g = new GraphBuilder();
    const output = g.feed('logits', [2, 1]);
    const inputs = { kind: 'regression', output, targets: output, scalar: (name: string) => g.scalar(name) } as const;
    expect(() => exampleLosses(g, 'hinge', inputs)).toThrow(/hinge.*regression/);
  });
});
