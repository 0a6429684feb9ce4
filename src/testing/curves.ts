/**
 * Runs at toy size whose curves must be the same on every executor: every optimizer on one MLP over 200 steps, and every kind of model with SGD and
 * with AdamW over 30. The program is the app's own, so that whatever is in a step is in it.
 */
import type { Executor } from '../graph/executor.ts';
import { feedList } from '../graph/feeds.ts';
import { sizeOf } from '../graph/graph.ts';
import type { Config, ConfigPatch } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { optimizerOptions } from '../params/options.ts';
import { createSampler } from '../tasks/batches.ts';
import { planChunk } from '../training/chunk.ts';
import { isDrivenFromOutside } from '../training/optimizers/lbfgs.ts';
import { initialCounters } from '../training/run-state.ts';
import { openRun } from '../training/run.ts';
import { initialVectors, programOf } from '../training/setup.ts';
import type { Setup } from '../training/setup.ts';
import { gapToLargest } from './gap.ts';
import { Interpreter } from './interpreter.ts';
import { toyModels, toySetup, type ToyModel } from './toy-models.ts';

/** One run: what is trained, how, and for how long. */
export interface Curve {
  readonly name: string;
  readonly toy: ToyModel;
  readonly config: Config;
  readonly steps: number;
}

/** What a run came to: the loss of each step, and the flat vector at its end. */
interface Told extends Setup {
  readonly losses: ArrayLike<number>;
  readonly parameters: Float32Array;
}

function curve(toy: ToyModel, steps: number, choices: ConfigPatch): Curve {
  const { config, problems } = normalize({ ...toy.choices, ...choices, epochs: 500, maxSteps: steps });
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join(' '));
  return { name: `${toy.name}, ${config.optimizer}, ${String(steps)} steps`, toy, config, steps };
}

const [perceptron] = toyModels as readonly [ToyModel];
const all = { batchSize: 60 } as const;
/**
 * Rprop and L-BFGS compare gradients of one and the same loss. Both forget rounding only where they converge: the first takes another step where a
 * gradient's sign turns, the second divides by differences.
 */
const settled: Readonly<Partial<Record<Config['optimizer'], ConfigPatch>>> = {
  rprop: { ...all, task: 'circle', learningRate: 0.01, l2: 0.03, seed: 4 },
  lbfgs: { ...all, iterations: 1, lineSearch: 'none', learningRate: 0.3, l2: 0.03 },
};

/** Every optimizer, at its own default rate but for those two. */
export const optimizerCurves: readonly Curve[] = optimizerOptions.map(({ value: optimizer }) =>
  curve(perceptron, 200, { optimizer, ...settled[optimizer] }),
);

/** Every kind of model with SGD and with AdamW. */
export const modelCurves: readonly Curve[] = toyModels.flatMap((toy) => [
  curve(toy, 30, { optimizer: 'sgd', learningRate: 0.1, momentum: 0.9 }),
  curve(toy, 30, { optimizer: 'adamw', learningRate: 0.003, weightDecay: 0.1 }),
]);

/** Lets an executor make all steps of a run in one call, or `chunk` at a time. */
async function train(executor: Executor, { toy, config, steps }: Curve, chunk = steps): Promise<Told> {
  const setup = toySetup(toy, config);
  const { count } = setup.task.train;
  const sampler = createSampler({ count, seed: config.seed, shuffle: config.shuffle, dropLast: config.dropLast });
  const { feeds } = planChunk(initialCounters(config, count), sampler, steps, setup.task);
  await executor.load(programOf(setup, config, initialVectors(config, setup.model)));
  const losses: number[] = [];
  for (let done = 0; done < steps; done += chunk) {
    const { loss = [] } = await executor.run(chunk === steps ? feeds : feedList(feeds).slice(done, done + chunk));
    losses.push(...loss);
  }
  const { parameters } = await executor.readState();
  return { ...setup, losses, parameters: parameters?.values ?? new Float32Array() };
}

/** Whether an executor makes the same of a run twice, bit for bit, the second time in pieces. */
export async function repeats(executor: Executor, item: Curve): Promise<boolean> {
  const [once, again] = [await train(executor, item), await train(executor, item, 7)];
  const same = (a: ArrayLike<number>, b: ArrayLike<number>): boolean =>
    a.length === b.length && Array.from(a).every((value, i) => Object.is(value, b[i]));
  return once.losses.length === item.steps && same(once.losses, again.losses) && same(once.parameters, again.parameters);
}

/** The same for a rule that asks for gradients between two updates: by a run of the app. */
async function drive(executor: Executor, { toy, config, steps }: Curve): Promise<Told> {
  const run = openRun({ config, changes: [], task: toySetup(toy, config).task, executor });
  try {
    await run.reports.next();
    const { value: report } = await run.reports.next({ steps });
    return { ...toySetup(toy, config), losses: report?.columns.loss ?? [], parameters: await run.weights() };
  } finally {
    await run.reports.return();
  }
}

/** What is compared of a flat vector: a bias of keys moves all scores of a query alike, so that its gradient is nothing but rounding. */
function compared({ model, parameters }: Told): readonly number[] {
  return model.parameters
    .filter(({ name }) => !name.endsWith('key.bias'))
    .flatMap(({ offset, shape }) => Array.from({ length: sizeOf(shape) }, (_, i) => parameters[offset + i] ?? Number.NaN));
}

/** What an executor makes of a run. */
export function told(executor: Executor, item: Curve): Promise<Told> {
  return isDrivenFromOutside(item.config) ? drive(executor, item) : train(executor, item);
}

const known = new Map<string, Promise<Told>>();

/** The same in double precision; each run once. */
export function expected(item: Curve): Promise<Told> {
  const answer = known.get(item.name) ?? told(new Interpreter(), item);
  known.set(item.name, answer);
  return answer;
}

/** Steps in which rounding has not grown yet: a rule that is a little wrong shows here. */
const earlySteps = 60;

/** How far two runs are apart: the largest difference of a loss as a share of it, and of a weight as a share of the largest. */
export interface Apart {
  /** The same of the losses of the first 60 steps. */
  readonly early: number;
  readonly losses: number;
  readonly parameters: number;
}

/**
 * How far an executor may be from double precision. A loss of 200 steps may be a thousandth of the first, and its last digits go first. L-BFGS
 * divides by differences of gradients.
 */
export function mostApart({ config, steps }: Curve): Apart {
  if (isDrivenFromOutside(config)) return { early: 1e-3, losses: 1e-3, parameters: 1e-3 };
  return steps > 30 ? { early: 1e-5, losses: 2e-4, parameters: 1e-4 } : { early: 5e-6, losses: 5e-6, parameters: 1e-5 };
}

/** How far an executor is from double precision. */
export async function curveGap(executor: Executor, item: Curve): Promise<Apart> {
  const [own, wanted] = [await told(executor, item), await expected(item)];
  const apart = Array.from(wanted.losses, (loss, step) => Math.abs((own.losses[step] ?? Number.NaN) / loss - 1));
  return {
    early: Math.max(...apart.slice(0, earlySteps)),
    losses: Math.max(...apart),
    parameters: gapToLargest(compared(own), compared(wanted)),
  };
}
