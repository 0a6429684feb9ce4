/** Runs programs in WGSL on the graphics device: plans and pipelines are made once, a step is a row of dispatches. */
import type { Executor, Feed, HostTensor, Program, TensorMap } from '../../graph/executor.ts';
import { sizeOf } from '../../graph/graph.ts';
import { EngineError } from '../engine-error.ts';
import type { GraphicsDevice } from '../graphics-device.ts';
import { guarded } from '../guarded.ts';
import { checked, compile, encodeCopies, encodeSteps, readStaging, type Counts, type Pipelines, type Wanted } from './commands.ts';
import { draftOf, type Draft } from './draft.ts';
import { createMemory, type Memory } from './memory.ts';
import { createPace } from './pace.ts';
import { floatsOf, planOf, type Output } from './plan.ts';
import { residentsOf, type Residents } from './residents.ts';
import { runSteps, type Stepper } from './run.ts';

/** A program on the device. */
interface Loaded {
  readonly program: Program;
  readonly drafts: ReadonlyMap<string, Draft>;
  readonly residents: Residents;
  readonly memory: Memory;
  readonly stepper: Stepper;
  /** Pipelines of graphs that only compute outputs, made when first asked for. */
  readonly evaluations: Map<string, Promise<Pipelines>>;
}

/** An executor, with counts of what it asked the device for. */
export interface WebgpuExecutor extends Executor {
  readonly counts: Readonly<Counts>;
}

/** Words of feeds that one upload takes at most, and steps. */
const feedWords = 1 << 20;
const mostSlots = 2048;

/** An executor on an open device. The device stays open when the executor is disposed. */
export function createExecutor(device: GraphicsDevice): WebgpuExecutor {
  let loaded: Loaded | undefined;
  const counts: Counts = { dispatches: 0, submits: 0, readbacks: 0 };
  const program = (): Loaded => {
    if (loaded === undefined) throw new EngineError('internal', 'No program is loaded.');
    return loaded;
  };
  const unload = (): void => {
    loaded?.memory.dispose();
    loaded = undefined;
  };
  return {
    engine: 'webgpu',
    device: `WebGPU on ${device.name}`,
    counts,
    load: (next) =>
      guarded(device, true, async () => {
        unload();
        loaded = await loadProgram(device, next, counts);
      }),
    run: (feeds) => guarded(device, true, () => runSteps(program().stepper, feeds)),
    evaluate: (name, feed) => guarded(device, true, () => evaluateGraph(device, program(), name, feed, counts)),
    readState: () => guarded(device, true, () => readState(device, program(), counts)),
    writeState: (state) =>
      guarded(device, true, () =>
        checked(device, () => {
          writeStates(device, program(), state);
        }),
      ),
    dispose: unload,
  };
}

async function loadProgram(device: GraphicsDevice, program: Program, counts: Counts): Promise<Loaded> {
  const drafts = new Map(Object.entries(program.graphs).map(([name, graph]) => [name, draftOf(graph, name === 'step')]));
  const step = draftNamed(drafts, 'step');
  const residents = residentsOf(program, [...drafts.values()]);
  const plan = planOf(step, residents, program.seed, true);
  const slots = Math.max(1, Math.min(mostSlots, Math.floor(feedWords / step.rows.words)));
  const all = [...drafts.values()];
  const metrics = slots * Math.max(1, plan.metrics.length);
  const sizes = {
    arena: residents.stateFloats + Math.max(...all.map(floatsOf)),
    data: residents.dataFloats,
    feeds: Math.max(slots * step.rows.words, ...all.map(({ rows }) => rows.words)),
    metrics,
    staging: Math.max(metrics, residents.stateFloats, ...all.map(outputFloats)),
    slots,
  };
  const memory = await checked(device, () => createMemory(device, sizes));
  try {
    const pipelines = await checked(device, () => {
      residents.fill((buffer, at, values) => {
        device.gpu.queue.writeBuffer(memory[buffer], 4 * at, values.slice());
      });
      return compile(device, memory, plan);
    });
    const stepper = { device, memory, draft: step, pipelines, slots, pace: createPace(), counts };
    return { program, drafts, residents, memory, stepper, evaluations: new Map() };
  } catch (thrown) {
    memory.dispose();
    throw thrown;
  }
}

function draftNamed(drafts: ReadonlyMap<string, Draft>, name: string): Draft {
  const draft = drafts.get(name);
  if (draft === undefined) throw new EngineError('internal', `The program has no graph ${name}.`);
  return draft;
}

function outputFloats({ graph, values }: Draft): number {
  return Object.values(graph.outputs).reduce((sum, id) => sum + values.size(id), 0);
}

async function evaluateGraph(device: GraphicsDevice, loaded: Loaded, name: string, feed: Feed, counts: Counts): Promise<TensorMap> {
  const { memory, residents, evaluations, program } = loaded;
  const draft = draftNamed(loaded.drafts, name);
  const compiling = evaluations.get(name) ?? checked(device, () => compile(device, memory, planOf(draft, residents, program.seed, false)));
  evaluations.set(name, compiling);
  const pipelines = await compiling;
  const words = new Uint32Array(draft.rows.words);
  draft.rows.write(feed, new Float32Array(words.buffer), words, 0);
  const { outputs } = pipelines.plan;
  const values = await checked(device, () => {
    device.gpu.queue.writeBuffer(memory.feeds, 0, words);
    const encoder = device.gpu.createCommandEncoder();
    encodeSteps(encoder, pipelines, memory, 0, 1, counts);
    return read(
      device,
      memory,
      encoder,
      outputs.flatMap((output) => wanted(memory, output)),
      counts,
    );
  });
  let next = 0;
  return Object.fromEntries(
    outputs.map(({ name: output, shape, place }): [string, HostTensor] => {
      if (place.kind === 'literal') return [output, { shape, values: Float32Array.of(place.value) }];
      const begin = next;
      next += sizeOf(shape);
      return [output, { shape, values: values.slice(begin, next) }];
    }),
  );
}

function wanted(memory: Memory, { shape, place }: Output): readonly Wanted[] {
  if (place.kind === 'literal') return [];
  if (place.kind === 'nowhere') throw new EngineError('internal', 'An output is in no memory.');
  return [{ buffer: memory[place.kind === 'feed' ? 'feeds' : place.kind], at: 4 * place.at, bytes: 4 * sizeOf(shape) }];
}

async function read(
  device: GraphicsDevice,
  memory: Memory,
  encoder: GPUCommandEncoder,
  stretches: readonly Wanted[],
  counts: Counts,
): Promise<Float32Array> {
  const bytes = stretches.reduce((sum, stretch) => sum + stretch.bytes, 0);
  const [, staging] = memory.staging;
  encodeCopies(encoder, staging, stretches);
  device.gpu.queue.submit([encoder.finish()]);
  counts.submits += 1;
  return bytes === 0 ? new Float32Array() : readStaging(device, staging, bytes, counts);
}

async function readState(device: GraphicsDevice, { memory, residents }: Loaded, counts: Counts): Promise<TensorMap> {
  const bytes = 4 * residents.stateFloats;
  const values = await checked(device, () =>
    read(device, memory, device.gpu.createCommandEncoder(), bytes === 0 ? [] : [{ buffer: memory.arena, at: 0, bytes }], counts),
  );
  return Object.fromEntries(
    [...residents.states].map(([name, { at, shape }]): [string, HostTensor] => [
      name,
      { shape, values: values.slice(at, at + sizeOf(shape)) },
    ]),
  );
}

function writeStates(device: GraphicsDevice, { memory, residents }: Loaded, state: TensorMap): void {
  for (const [name, { shape, values }] of Object.entries(state)) {
    const resident = residents.state(name);
    if (resident.shape.join() !== shape.join())
      throw new EngineError('internal', `State ${name} has the shape [${resident.shape.join(', ')}], not [${shape.join(', ')}].`);
    device.gpu.queue.writeBuffer(memory.arena, 4 * resident.at, values.slice());
  }
}
