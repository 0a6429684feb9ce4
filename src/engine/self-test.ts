/**
 * Asks an executor every op on small shapes and compares with answers known in advance. An executor that fails is not used:
 * better slow than wrong. Graphics drivers have bugs, and so have tfjs' kernels.
 */
import { EngineError } from './engine-error.ts';
import type { SelfTestCase } from './self-test-case.ts';
import { selfTestCases } from './self-test-cases.ts';
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
const nothing: Graph = { nodes: [], outputs: {}, updates: {} };

/** Runs all cases and returns those that failed. Loads its own program, which replaces the executor's. */
export async function findFaults(executor: Executor): Promise<readonly SelfTestFailure[]> {
  const cases = [...selfTestCases(), ...randomCases()];
  const graphs = Object.fromEntries(cases.map((item, index) => [`case${String(index)}`, graphOf(item)]));
  const program: Program = { graphs: { step: nothing, ...graphs, weights: weightsGraph() }, data: {}, state: {}, seed };
  await executor.load(program);
  const failures: SelfTestFailure[] = [];
  for (const [index, item] of cases.entries()) {
    const reason = await ask(executor, `case${String(index)}`, feedOf(item), item);
    if (reason !== undefined) failures.push({ op: item.op.op, note: item.note, reason });
  }
  const reason = await ask(executor, 'weights', weightsFeed, { expected: weightsAnswer(), tolerance: 0 });
  if (reason !== undefined) failures.push({ op: 'matMul', note: 'pieces of a long vector', reason });
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

/** Scalars of a case go in as tensors, so that the device computes and not the host; a dropout rate must be a scalar. */
function graphOf(item: SelfTestCase): Graph {
  const leaves = item.inputs.map((tensor, index): Node => {
    const name = `input${String(index)}`;
    const op = item.op.op === 'dropoutMask' ? ({ op: 'scalar', name } as const) : ({ op: 'feed', name } as const);
    return { ...op, inputs: [], shape: tensor.shape };
  });
  const node: Node = { ...item.op, inputs: leaves.map((_, index) => index), shape: item.expected.shape };
  return { nodes: [...leaves, node], outputs: { answer: leaves.length }, updates: {} };
}

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

function feedOf({ inputs }: SelfTestCase): Feed {
  const named = inputs.map((tensor, index) => [`input${String(index)}`, tensor.values] as const);
  return {
    step: 7,
    scalars: Object.fromEntries(named.map(([name, values]) => [name, values[0] ?? 0])),
    tensors: Object.fromEntries(named),
  };
}

type Wanted = Pick<SelfTestCase, 'expected' | 'tolerance'>;

async function ask(executor: Executor, graph: string, feed: Feed, wanted: Wanted): Promise<string | undefined> {
  try {
    const { answer } = await executor.evaluate(graph, feed);
    return answer === undefined ? 'no answer' : difference(answer, wanted);
  } catch (thrown) {
    if (thrown instanceof EngineError && thrown.kind === 'deviceLost') throw thrown;
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

function difference(answer: HostTensor, { expected, tolerance }: Wanted): string | undefined {
  if (answer.shape.join() !== expected.shape.join()) return `shape [${answer.shape.join(', ')}] instead of [${expected.shape.join(', ')}]`;
  for (const [index, value] of expected.values.entries()) {
    const got = answer.values[index] ?? Number.NaN;
    const same = Object.is(got, value) || Math.abs(got - value) <= tolerance * (1 + Math.abs(value));
    if (!same) return `${String(got)} instead of ${String(value)} at ${String(index)}`;
  }
  return undefined;
}
