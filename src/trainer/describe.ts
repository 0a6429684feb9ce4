/** What the page must know about a configuration before it runs: counts, names, the plan, the data to draw. */
import type { Config } from '../params/config.ts';
import { parameters } from '../params/table.ts';
import { planRun } from '../schedule/plan.ts';
import { metricOf } from '../tasks/metrics.ts';
import { pictureOf } from '../tasks/picture.ts';
import type { Task } from '../tasks/task.ts';
import { ruleOf } from '../training/formulas/rule.ts';
import { setUp } from '../training/setup.ts';
import { costOf, fixedCount } from './cost.ts';
import type { Description } from './trainer.ts';

/** Describes a configuration whose task has been made. */
export function describeTask(config: Config, task: Task): Description {
  const setup = setUp(config, task);
  const { model } = setup;
  const guessesByChance = task.kind !== 'regression' && (config.loss === 'bce' || config.loss === 'ce');
  return {
    taskName: task.name,
    modelName: model.name,
    parameterCount: model.parameterCount,
    ...(model.fixed ? { fixedCount: fixedCount(model) } : {}),
    tensors: model.parameters.map(({ name, shape }) => ({ name, shape })),
    cost: costOf(config, setup),
    rule: ruleOf(config, model.parameters),
    trainingCount: task.train.count,
    ...(task.kind === 'language' && task.windows ? { windows: task.windows } : {}),
    validationCount: task.validation.count,
    testCount: task.test.count,
    droppedRows: task.droppedRows,
    plan: planRun(config, task.train.count),
    metric: metricOf(task),
    classNames: task.classNames,
    lossName: parameters.loss.options.find(({ value }) => value === config.loss)?.label ?? config.loss,
    lossUnit: lossUnit(task),
    ...(guessesByChance ? { chanceLoss: Math.log(Math.max(2, task.outputs)) } : {}),
    picture: pictureOf(task),
  };
}

function lossUnit(task: Task): string {
  if (task.kind === 'language') {
    const each = task.tokenizer.kind === 'characters' ? 'character' : 'token';
    return `in nats per ${each}${task.masksPrompts ? ', prompts masked' : ''}`;
  }
  return task.kind === 'regression' ? 'per example, on standardised targets' : 'per example';
}
