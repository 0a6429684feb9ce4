/**
 * Runs programs with our own kernels on the graphics device: plans are made once, steps go down in submissions of about ten milliseconds, and
 * what they give is read when the last of them is through.
 */
import type { ColumnMemory } from '../../shared/column-memory.ts';
import { freshColumns } from '../../shared/column-memory.ts';
import type { Executor, Feed, Feeds, HostTensor, MetricColumns, Program, TensorMap } from '../../graph/executor.ts';
import { sizeOf, type NodeId } from '../../graph/graph.ts';
import { EngineError } from '../engine-error.ts';
import type { Gpu } from '../gpu.ts';
import { guarded, type Losable } from '../guarded.ts';
import { Memory } from './memory.ts';
import { Pace } from './pace.ts';
import { pipelinesOf, type Pipelines } from './pipelines.ts';
import { RunColumns } from './metrics.ts';
import { createPlan, ringRows, type Plan } from './plan.ts';
import { Reader } from './reader.ts';
import { Runner } from './runner.ts';

/** A program on the device. */
interface Loaded {
  readonly program: Program;
  readonly memory: Memory;
  readonly step: Runner;
  /** Made when first asked for. */
  readonly evaluations: Map<string, Promise<Runner>>;
  readonly pace: Pace;
}

/** Steps of one submission at most. */
const mostSteps = 256;

/** An executor on an open device, which stays open when the executor is disposed. */
export function createExecutor(gpu: Gpu): Executor {
  const { device } = gpu;
  const losable: Losable = { ...gpu, onHost: false };
  const pipelines = pipelinesOf(device);
  const reader = new Reader(device);
  let loaded: Loaded | undefined;
  const program = (): Loaded => {
    if (loaded === undefined) throw new EngineError('internal', 'No program is loaded.');
    return loaded;
  };
  const unload = (): void => {
    loaded?.step.dispose();
    for (const runner of loaded?.evaluations.values() ?? [])
      void runner.then(
        (made) => {
          made.dispose();
        },
        () => undefined,
      );
    loaded?.memory.dispose();
    loaded = undefined;
  };
  return {
    engine: 'webgpu',
    device: gpu.name,
    secondsPerRun: 0.1,
    load: (next) =>
      guarded(losable, async () => {
        unload();
        loaded = await loadProgram(device, pipelines, next);
      }),
    run: (feeds, memory = freshColumns) => guarded(losable, () => runSteps(program(), reader, device.queue, feeds, memory)),
    evaluate: (name, feed) => guarded(losable, () => evaluateGraph(program(), reader, device, pipelines, name, feed)),
    readState: () => guarded(losable, () => readStates(program(), reader)),
    writeState: (state) =>
      guarded(losable, () => {
        writeStates(program(), state);
        return Promise.resolve();
      }),
    dispose() {
      unload();
      reader.dispose();
    },
  };
}

async function loadProgram(device: GPUDevice, pipelines: Pipelines, program: Program): Promise<Loaded> {
  const memory = new Memory(device, program);
  try {
    const plan = createPlan(program.graphs.step, program, memory, true);
    memory.commit();
    const step = await Runner.create(plan, device, memory, pipelines, mostSteps);
    return { program, memory, step, evaluations: new Map(), pace: new Pace() };
  } catch (thrown) {
    memory.dispose();
    throw thrown;
  }
}

async function runSteps(
  { step, memory, pace }: Loaded,
  reader: Reader,
  queue: GPUQueue,
  feeds: Feeds,
  columnMemory: ColumnMemory,
): Promise<MetricColumns> {
  const { plan, longest } = step;
  const { length } = feeds;
  const columns = new RunColumns(plan, length, columnMemory);
  const written = (index: number): void => {
    columns.takeHost(index);
  };
  const reads: Promise<void>[] = [];
  for (let first = 0; first < length; first += ringRows) {
    const rows = Math.min(ringRows, length - first);
    const stretches = [{ at: plan.ring, floats: rows * plan.metrics.length }];
    const staging = reader.stage(stretches);
    const after = (encoder: GPUCommandEncoder): void => {
      reader.copy(encoder, memory.buffer, stretches, staging);
    };
    for (let done = 0; done < rows;) {
      await pace.turn((promise) => reader.wait(promise));
      const count = Math.min(rows - done, longest, pace.steps);
      step.submit(feeds, first + done, count, done, done + count === rows ? { written, after } : { written });
      pace.submitted(count, queue);
      done += count;
    }
    // What comes after is written to the ring when this has been copied.
    const read = reader.take(staging, stretches).then((values) => {
      columns.takeRing(values, first);
    });
    reads.push(read);
  }
  await Promise.all(reads);
  return columns.columns;
}

async function evaluateGraph(
  loaded: Loaded,
  reader: Reader,
  device: GPUDevice,
  pipelines: Pipelines,
  name: string,
  feed: Feed,
): Promise<TensorMap> {
  const known = loaded.evaluations.get(name) ?? prepare(loaded, device, pipelines, name);
  loaded.evaluations.set(name, known);
  const runner = await known;
  const { plan } = runner;
  const stretches = plan.outputs.flatMap(({ at, shape }) => (at === undefined ? [] : [{ at, floats: sizeOf(shape) }]));
  const staging = reader.stage(stretches);
  runner.submit([feed], 0, 1, 0, {
    after: (encoder) => {
      reader.copy(encoder, loaded.memory.buffer, stretches, staging);
    },
  });
  const values = await reader.take(staging, stretches);
  let read = 0;
  return Object.fromEntries(
    plan.outputs.map(({ name: output, id, shape, at }): [string, HostTensor] => {
      const size = sizeOf(shape);
      if (at === undefined) return [output, { shape, values: onHost(plan, id, size, feed) }];
      read += size;
      return [output, { shape, values: values.slice(read - size, read) }];
    }),
  );
}

async function prepare({ program, memory }: Loaded, device: GPUDevice, pipelines: Pipelines, name: string): Promise<Runner> {
  const graph = program.graphs[name];
  if (graph === undefined) throw new EngineError('internal', `The program has no graph ${name}.`);
  const plan = createPlan(graph, program, memory, false);
  memory.commit();
  return Runner.create(plan, device, memory, pipelines, 1);
}

/** The values of an output that is fed, or known to the host. */
function onHost({ facts, feeds }: Plan, id: NodeId, size: number, feed: Feed): Float32Array {
  const { root, offset } = facts.view(id);
  const node = facts.nodeOf(root);
  if (node?.op === 'feed') return (feed.tensors[node.name] ?? new Float32Array(0)).slice(offset, offset + size);
  return new Float32Array(size).fill(feeds.number(root));
}

async function readStates({ memory }: Loaded, reader: Reader): Promise<TensorMap> {
  const states = [...memory.states];
  const values = await reader.read(
    memory.buffer,
    states.map(([, { at, shape }]) => ({ at, floats: sizeOf(shape) })),
  );
  let at = 0;
  return Object.fromEntries(
    states.map(([name, { shape }]): [string, HostTensor] => {
      at += sizeOf(shape);
      return [name, { shape, values: values.slice(at - sizeOf(shape), at) }];
    }),
  );
}

function writeStates({ memory }: Loaded, state: TensorMap): void {
  for (const [name, { shape, values }] of Object.entries(state)) {
    const resident = memory.state(name);
    if (resident.shape.join() !== shape.join())
      throw new EngineError('internal', `State ${name} has the shape [${resident.shape.join(', ')}], not [${shape.join(', ')}].`);
    memory.write(resident, values);
  }
}
