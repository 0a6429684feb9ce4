/**
 * Asks an executor every op on small shapes and compares with answers known in advance. An executor that fails is not used:
 * better slow than wrong. Graphics drivers have bugs, and so have tfjs' kernels.
 */
import { EngineError } from './engine-error.ts';
import type { SelfTestCase } from './self-test-case.ts';
import { selfTestCases } from './self-test-cases.ts';
import { sharesAnswer, sharesFeed, sharesGraph } from './self-test-shares.ts';
import { sizeCases } from './self-test-sizes.ts';
import { stepAnswer, stepFeeds, stepProgram } from './self-test-step.ts';
import { weightsAnswer, weightsFeed, weightsGraph } from './self-test-weights.ts';
import { fillKeepMask, fillNormal, stream } from '../shared/random.ts';
import type { Executor, Feed, HostTensor, Program } from '../graph/executor.ts';
import type { Graph, Node } from '../graph/graph.ts';

/** An op that answered wrongly. */
export interface SelfTestFailure {
  readonly op: string;
  readonly note: string;
  readonly reason: string;
}

const seed = 20_260;
const stepTolerance = 2e-5;
const nothing: Graph = { nodes: [], outputs: {}, updates: {} };

/**
 * Runs all cases and returns those that failed. Loads its own program, which replaces the executor's. All are asked in one graph, since to make
 * a plan of each costs more than everything else before a first step; one by one only if the whole cannot be run.
 */
export async function findFaults(executor: Executor): Promise<readonly SelfTestFailure[]> {
  const cases = [...selfTestCases(), ...sizeCases(), ...randomCases()];
  const faults = (await faultsTogether(executor, cases)) ?? (await faultsOneByOne(executor, cases));
  await executor.load(programOf({ weights: weightsGraph(), shares: sharesGraph() }));
  const reason = await ask(executor, 'weights', weightsFeed, { expected: weightsAnswer(), tolerance: 0 });
  const wrongShare = await ask(executor, 'shares', sharesFeed, { expected: sharesAnswer(), tolerance: 0 });
  const wrongStep = await stepReason(executor);
  return [
    ...faults,
    ...(reason === undefined ? [] : [{ op: 'matMul', note: 'pieces of a long vector', reason }]),
    ...(wrongShare === undefined ? [] : [{ op: 'matMul', note: 'beside its first rows', reason: wrongShare }]),
    ...(wrongStep === undefined ? [] : [{ op: 'a step', note: 'two gates', reason: wrongStep }]),
  ];
}

/** What is wrong with a whole step: its metrics, or the states that it leaves. */
async function stepReason(executor: Executor): Promise<string | undefined> {
  try {
    await executor.load(stepProgram());
    const { total = [] } = await executor.run(stepFeeds);
    const states = await executor.readState();
    const { totals, state } = stepAnswer();
    const given = { shape: [totals.length], values: Float32Array.from(total) };
    const wrong = difference(given, { expected: { shape: [totals.length], values: Float32Array.from(totals) }, tolerance: stepTolerance });
    if (wrong !== undefined) return wrong;
    return Object.entries(state)
      .map(([name, expected]) => wrongness(states[name], { expected, tolerance: stepTolerance }))
      .find((reason) => reason !== undefined);
  } catch (thrown) {
    return refusal(thrown);
  }
}

const programOf = (graphs: Readonly<Record<string, Graph>>): Program => ({
  graphs: { step: nothing, ...graphs },
  data: {},
  state: {},
  seed,
});

const failureOf = ({ op, note }: SelfTestCase, reason: string): SelfTestFailure => ({ op: op.op, note, reason });

/** Undefined where the executor refuses, and nobody knows what. */
async function faultsTogether(executor: Executor, cases: readonly SelfTestCase[]): Promise<readonly SelfTestFailure[] | undefined> {
  try {
    await executor.load(programOf({ all: graphOf(cases) }));
    const answers = await executor.evaluate('all', feedOf(cases));
    return cases.flatMap((item, index) => {
      const reason = wrongness(answers[`answer${String(index)}`], item);
      return reason === undefined ? [] : [failureOf(item, reason)];
    });
  } catch (thrown) {
    if (thrown instanceof EngineError && thrown.kind === 'deviceLost') throw thrown;
    return undefined;
  }
}

async function faultsOneByOne(executor: Executor, cases: readonly SelfTestCase[]): Promise<readonly SelfTestFailure[]> {
  const failures: SelfTestFailure[] = [];
  for (const item of cases) {
    const reason = await askAlone(executor, item);
    if (reason !== undefined) failures.push(failureOf(item, reason));
  }
  return failures;
}

/** Throws an `EngineError` that names the op if the executor answers any case wrongly. */
export async function selfTest(executor: Executor): Promise<void> {
  const [first] = await findFaults(executor);
  if (first === undefined) return;
  throw new EngineError(
    'unsupported',
    `${executor.engine} on ${executor.device} computes ${first.op} wrongly (${first.note}: ${first.reason}).`,
  );
}

/** All cases side by side. Scalars of a case go in as tensors, so that the device computes and not the host; a dropout rate must be a scalar. */
function graphOf(cases: readonly SelfTestCase[]): Graph {
  const nodes: Node[] = [];
  const outputs = cases.map((item, index): [string, number] => {
    const leaves = item.inputs.map((tensor, input) => {
      const name = inputName(index, input);
      const op = item.op.op === 'dropoutMask' ? ({ op: 'scalar', name } as const) : ({ op: 'feed', name } as const);
      return nodes.push({ ...op, inputs: [], shape: tensor.shape }) - 1;
    });
    return [`answer${String(index)}`, nodes.push({ ...item.op, inputs: leaves, shape: item.expected.shape }) - 1];
  });
  return { nodes, outputs: Object.fromEntries(outputs), updates: {} };
}

const inputName = (index: number, input: number): string => `input${String(index)}.${String(input)}`;

/** What is drawn at random, on the host's own numbers. */
function randomCases(): SelfTestCase[] {
  const noise = new Float32Array(33);
  fillNormal(noise, seed, stream.trainingNoise, 7, 4);
  const mask = new Float32Array(33);
  fillKeepMask(mask, 0.25, seed, 7, 2);
  const rate = (value: number): HostTensor => ({ shape: [], values: Float32Array.of(value) });
  const shape = [3, 11];
  const op = { op: 'dropoutMask', site: 2 } as const;
  return [
    { op, note: 'rate ¼', inputs: [rate(0.25)], expected: { shape, values: mask }, tolerance: 1e-6 },
    { op, note: 'rate 0', inputs: [rate(0)], expected: { shape, values: new Float32Array(33).fill(1) }, tolerance: 0 },
    { op: { op: 'normalNoise', site: 4 }, note: 'standard', inputs: [], expected: { shape, values: noise }, tolerance: 1e-6 },
  ];
}

function feedOf(cases: readonly SelfTestCase[]): Feed {
  const named = cases.flatMap(({ inputs }, index) => inputs.map(({ values }, input) => [inputName(index, input), values] as const));
  return {
    step: 7,
    scalars: Object.fromEntries(named.map(([name, values]) => [name, values[0] ?? 0])),
    tensors: Object.fromEntries(named),
  };
}

type Wanted = Pick<SelfTestCase, 'expected' | 'tolerance'>;

async function askAlone(executor: Executor, item: SelfTestCase): Promise<string | undefined> {
  try {
    await executor.load(programOf({ alone: graphOf([item]) }));
    const { answer0 } = await executor.evaluate('alone', feedOf([item]));
    return wrongness(answer0, item);
  } catch (thrown) {
    return refusal(thrown);
  }
}

async function ask(executor: Executor, graph: string, feed: Feed, wanted: Wanted): Promise<string | undefined> {
  try {
    const { answer } = await executor.evaluate(graph, feed);
    return wrongness(answer, wanted);
  } catch (thrown) {
    return refusal(thrown);
  }
}

/** Why it could not be asked; a lost device is nobody's fault. */
function refusal(thrown: unknown): string {
  if (thrown instanceof EngineError && thrown.kind === 'deviceLost') throw thrown;
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function wrongness(answer: HostTensor | undefined, wanted: Wanted): string | undefined {
  return answer === undefined ? 'no answer' : difference(answer, wanted);
}

function difference(answer: HostTensor, { expected, tolerance }: Wanted): string | undefined {
  if (answer.shape.join() !== expected.shape.join()) return `shape [${answer.shape.join(', ')}] instead of [${expected.shape.join(', ')}]`;
  // By index: some answers have a hundred thousand numbers.
  for (let index = 0; index < expected.values.length; index++) {
    const value = expected.values[index]!;
    const got = answer.values[index] ?? Number.NaN;
    const same = Object.is(got, value) || Math.abs(got - value) <= tolerance * (1 + Math.abs(value));
    if (!same) return `${String(got)} instead of ${String(value)} at ${String(index)}`;
  }
  return undefined;
}
