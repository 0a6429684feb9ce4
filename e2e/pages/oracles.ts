/** What an executor computes, against what others have: recorded runs of PyTorch and the papers, and the interpreter in double precision. */
import { GraphBuilder } from '../../src/graph/builder.ts';
import type { Executor, Program } from '../../src/graph/executor.ts';
import { sizeOf } from '../../src/graph/graph.ts';
import { curveGap, modelCurves, mostApart, optimizerCurves, repeats } from '../../src/testing/curves.ts';
import { gap } from '../../src/testing/gap.ts';
import { Interpreter, interpret, output } from '../../src/testing/interpreter.ts';
import { randomProgram } from '../../src/testing/random-graph.ts';
import { recordedCnn } from '../../src/testing/recorded-cnn.ts';
import { comparedParameters, languageCases, recordedLanguage } from '../../src/testing/recorded-language.ts';
import { shapeQuestions } from '../../src/testing/shape-questions.ts';
import cnnRecord from '../../src/training/recorded/cnn.json' with { type: 'json' };

type Tensors = Readonly<Record<string, { readonly shape: readonly number[]; readonly values: ArrayLike<number> }>>;

/** A comparison that failed. */
export interface Miss {
  readonly what: string;
  readonly gap: number;
  readonly bound: number;
}

const inSingle = (tensors: Tensors): Program['state'] =>
  Object.fromEntries(Object.entries(tensors).map(([name, { shape, values }]) => [name, { shape, values: Float32Array.from(values) }]));

const recordedBound = (float32Gap: number): number => 10 * float32Gap + 1e-6;

class Misses {
  readonly list: Miss[] = [];

  expect(what: string, found: number, bound: number): void {
    // NaN is a miss too.
    if (!(found <= bound)) this.list.push({ what, gap: found, bound });
  }
}

/** The CNN against its record. Optimizers are asked for their curves, whose oracle is held to records of its own in Node. */
export async function missesOfRecords(executor: Executor): Promise<readonly Miss[]> {
  const misses = new Misses();
  const { program, feeds } = recordedCnn();
  await executor.load(program);
  const { loss = [], gradNorm = [] } = await executor.run(feeds);
  const { parameters } = await executor.readState();
  const { float64, float32Gap } = cnnRecord;
  misses.expect('CNN: loss', gap(loss, float64.loss), recordedBound(float32Gap.loss));
  misses.expect('CNN: gradNorm', gap(gradNorm, float64.gradNorm), recordedBound(float32Gap.gradNorm));
  misses.expect('CNN: parameters', gap(parameters?.values ?? [], float64.parameters.flat()), recordedBound(float32Gap.parameters));
  return misses.list;
}

/** Language models whose names are given against their records. */
export async function missesOfLanguage(executor: Executor, names: readonly string[]): Promise<readonly Miss[]> {
  const misses = new Misses();
  for (const name of names) {
    const item = languageCases.find((one) => one.name === name);
    if (item === undefined) throw new Error(`no record of ${name}`);
    const { model, program, feeds } = recordedLanguage(item);
    await executor.load({ ...program, data: inSingle(program.data), state: inSingle(program.state) });
    const { loss = [], gradNorm = [] } = await executor.run(feeds);
    const { parameters } = await executor.readState();
    const { float64, float32Gap } = item;
    misses.expect(`${name}: loss`, gap(loss, float64.loss), recordedBound(float32Gap.loss));
    misses.expect(`${name}: gradNorm`, gap(gradNorm, float64.gradNorm), recordedBound(float32Gap.gradNorm));
    const own = comparedParameters(model, parameters?.values ?? []);
    misses.expect(`${name}: parameters`, gap(own, comparedParameters(model, float64.parameters.flat())), recordedBound(float32Gap.parameters)); // prettier-ignore
  }
  return misses.list;
}

/** Curves whose names have one of `parts` in them against double precision, `most` steps of each at most. */
export async function missesOfCurves(executor: Executor, parts: readonly string[], most: number): Promise<readonly Miss[]> {
  const misses = new Misses();
  for (const whole of [...optimizerCurves, ...modelCurves].filter(({ name }) => parts.some((part) => name.includes(part)))) {
    const curve = whole.steps > most ? { ...whole, name: `${whole.name}, the first ${String(most)}`, steps: most } : whole;
    const [found, bound] = [await curveGap(executor, curve), mostApart(curve)];
    misses.expect(`${curve.name}: first losses`, found.early, bound.early);
    misses.expect(`${curve.name}: losses`, found.losses, bound.losses);
    misses.expect(`${curve.name}: parameters`, found.parameters, bound.parameters);
  }
  return misses.list;
}

/** Curves of models that do not come out the same twice. */
export async function missesOfRepetition(executor: Executor, parts: readonly string[]): Promise<readonly Miss[]> {
  const misses = new Misses();
  for (const curve of modelCurves.filter(({ name }) => parts.some((part) => name.includes(part))))
    misses.expect(curve.name, (await repeats(executor, curve)) ? 0 : 1, 0);
  return misses.list;
}

/** The largest difference, as a share of the largest value but at least of `least`. */
function apart(own: ArrayLike<number> | undefined, expected: ArrayLike<number>, least = 0): number {
  let [scale, most] = [least, 0];
  for (let i = 0; i < expected.length; i++) {
    const value = expected[i] ?? Number.NaN;
    const difference = Math.abs((own?.[i] ?? Number.NaN) - value);
    scale = Math.max(scale, Math.abs(value));
    most = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(most, difference);
  }
  return most / (scale === 0 ? 1 : scale);
}

/** Single operations on awkward shapes. */
export async function missesOfShapes(executor: Executor): Promise<readonly Miss[]> {
  const misses = new Misses();
  for (const { what, graph, feeds } of shapeQuestions()) {
    await executor.load({ graphs: { step: graph }, data: {}, state: {}, seed: 1 });
    const { y } = await executor.evaluate('step', { step: 0, scalars: {}, tensors: feeds });
    const given = { scalars: {}, feeds, data: {}, state: {}, seed: 1, step: 0 };
    misses.expect(what, apart(y?.values, output(graph, interpret(graph, given), 'y').values), 1e-5);
  }
  return misses.list;
}

/** States that are replaced at once: one in place while another reads it, two that change places, and one that two take over. */
export async function missesOfStates(executor: Executor): Promise<readonly Miss[]> {
  const misses = new Misses();
  const g = new GraphBuilder();
  const [a, b, c, d] = [g.state('a', [300]), g.state('b', [7]), g.state('c', [7]), g.state('d', [])];
  const halved = g.scale(a, 0.5);
  const step = g.finish({ mean: d }, { a: halved, b: c, c: b, d: g.sum(a), e: halved, f: g.slice(a, 3, 7) });
  const state = Object.fromEntries(
    Object.entries({ a: [300], b: [7], c: [7], d: [], e: [300], f: [7] }).map(([name, shape], place) => {
      const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) => place + i / 8);
      return [name, { shape, values }] as const;
    }),
  );
  const program = { graphs: { step }, data: {}, state, seed: 1 };
  const interpreter = new Interpreter();
  await Promise.all([executor.load(program), interpreter.load(program)]);
  const feeds = [0, 1, 2].map((number) => ({ step: number, scalars: {}, tensors: {} }));
  const [own, expected] = [await executor.run(feeds), await interpreter.run(feeds)];
  misses.expect('mean', apart(own['mean'], expected['mean'] ?? []), 1e-6);
  const [states, wanted] = [await executor.readState(), await interpreter.readState()];
  for (const [name, { values }] of Object.entries(wanted)) misses.expect(name, apart(states[name]?.values, values), 1e-6);
  return misses.list;
}

/** Graphs made at random, `count` of about `size` operations from number `from` on: watched values, metrics and states of three steps. */
export async function missesOfRandomGraphs(executor: Executor, from: number, count: number, size: number): Promise<readonly Miss[]> {
  const misses = new Misses();
  for (let number = from; number < from + count; number++) {
    const { program, feeds } = randomProgram(number, size);
    const interpreter = new Interpreter();
    await Promise.all([executor.load(program), interpreter.load(program)]);
    for (const [step, feed] of feeds.entries()) {
      const when = (what: string): string => `graph ${String(number)}, step ${String(step)}: ${what}`;
      const [watched, expected] = [await executor.evaluate('watch', feed), await interpreter.evaluate('watch', feed)];
      for (const [name, { values }] of Object.entries(expected)) misses.expect(when(name), apart(watched[name]?.values, values, 1), 2e-5);
      const [own, metrics] = [await executor.run([feed]), await interpreter.run([feed])];
      for (const [name, column] of Object.entries(metrics)) misses.expect(when(name), apart(own[name], column, 1), 2e-5);
      const [state, states] = [await executor.readState(), await interpreter.readState()];
      for (const [name, { values }] of Object.entries(states)) misses.expect(when(name), apart(state[name]?.values, values, 1), 2e-5);
    }
  }
  return misses.list;
}
