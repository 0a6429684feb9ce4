/**
 * Runs programs with tfjs kernels on one device. Scalar outputs stay on the device until the end of `run`, then all are
 * read at once; new states replace the old ones after each step.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { EngineError } from '../engine-error.ts';
import { guarded } from '../guarded.ts';
import type { Executor, Feed, HostTensor, MetricColumns, Program, TensorMap } from '../../graph/executor.ts';
import { feedList } from '../../graph/feeds.ts';
import { compile, type CompiledGraph, type Residents, type RunResult } from './compile.ts';
import type { Device } from './device.ts';
import type { BoundKernel } from './ops/op.ts';
import { createToolbox, type Toolbox } from './toolbox.ts';

/** A program on the device. */
interface Loaded {
  readonly toolbox: Toolbox;
  readonly graphs: ReadonlyMap<string, CompiledGraph>;
  readonly states: Map<string, TensorInfo>;
  readonly data: Map<string, TensorInfo>;
  readonly residents: Residents;
}

/** An executor on an open device. The device stays open when the executor is disposed. */
export function createExecutor(device: Device): Executor {
  let loaded: Loaded | undefined;
  const program = (): Loaded => {
    if (loaded === undefined) throw new EngineError('internal', 'No program is loaded.');
    return loaded;
  };
  const unload = (): void => {
    if (loaded === undefined) return;
    for (const graph of loaded.graphs.values()) graph.dispose();
    for (const tensor of [...loaded.states.values(), ...loaded.data.values()]) loaded.toolbox.release(tensor);
    loaded.toolbox.dispose();
    loaded = undefined;
    device.trim();
  };
  return {
    engine: device.engine,
    device: device.device,
    load: (next) =>
      guarded(device, () => {
        unload();
        loaded = loadProgram(device, next);
        return Promise.resolve();
      }),
    run: (feeds) => guarded(device, () => runSteps(device, program(), feedList(feeds))),
    evaluate: (name, feed) => guarded(device, () => evaluateGraph(device, program(), name, feed)),
    readState: () => guarded(device, () => readTensors(device, [...program().states])),
    writeState: (state) =>
      guarded(device, () => {
        writeStates(program(), state);
        return Promise.resolve();
      }),
    dispose: unload,
  };
}

function loadProgram(device: Device, program: Program): Loaded {
  const toolbox = createToolbox(device, program.seed);
  const graphs = new Map(Object.entries(program.graphs).map(([name, graph]) => [name, compile(graph, toolbox)]));
  const states = new Map(
    Object.entries(program.state).map(([name, tensor]) => [name, toolbox.upload(tensor.values.slice(), tensor.shape)]),
  );
  const data = new Map<string, TensorInfo>();
  const residents: Residents = {
    state(name) {
      const tensor = states.get(name);
      if (tensor === undefined) throw new EngineError('internal', `The program has no state ${name}.`);
      return tensor;
    },
    data(name, type) {
      const key = `${type} ${name}`;
      const known = data.get(key);
      if (known !== undefined) return known;
      const source = program.data[name];
      if (source === undefined) throw new EngineError('internal', `The program has no data ${name}.`);
      const values = type === 'int32' ? Int32Array.from(source.values) : source.values.slice();
      const tensor = toolbox.upload(values, source.shape);
      data.set(key, tensor);
      return tensor;
    },
  };
  return { toolbox, graphs, states, data, residents };
}

function graphOf(loaded: Loaded, name: string): CompiledGraph {
  const graph = loaded.graphs.get(name);
  if (graph === undefined) throw new EngineError('internal', `The program has no graph ${name}.`);
  return graph;
}

/** Runs a graph and puts its updates in place. */
function runOnce(loaded: Loaded, graph: CompiledGraph, feed: Feed): RunResult['outputs'] {
  const { outputs, updates } = graph.run(feed, loaded.residents);
  for (const [name, tensor] of updates) {
    loaded.toolbox.release(loaded.residents.state(name));
    loaded.states.set(name, tensor);
  }
  return outputs;
}

async function runSteps(device: Device, loaded: Loaded, feeds: readonly Feed[]): Promise<MetricColumns> {
  const graph = graphOf(loaded, 'step');
  const columns: Record<string, Float64Array> = {};
  const { toolbox } = loaded;
  const [reshape, concat] = [toolbox.kernel('Reshape'), toolbox.kernel('Concat')];
  let names: readonly string[] = [];
  const rows: TensorInfo[] = [];
  feeds.forEach((feed, step) => {
    const outputs = runOnce(loaded, graph, feed);
    names = Object.keys(outputs).filter((name) => typeof outputs[name] === 'object');
    for (const [name, value] of Object.entries(outputs)) {
      const column = (columns[name] ??= new Float64Array(feeds.length));
      if (typeof value === 'number') column[step] = value;
      else if (device.onHost) column[step] = takeNumber(device, toolbox, value);
    }
    if (!device.onHost && names.length > 0) rows.push(joined(names.map((name) => outputs[name] as TensorInfo), reshape, concat, toolbox)); // prettier-ignore
  });
  if (rows.length > 0) {
    const table = joined(rows, reshape, concat, toolbox);
    const values = await device.read(table).finally(() => {
      toolbox.release(table);
    });
    values.forEach((value, index) => {
      const column = columns[names[index % names.length] ?? ''];
      if (column !== undefined) column[Math.floor(index / names.length)] = value;
    });
  }
  return columns;
}

function takeNumber(device: Device, toolbox: Toolbox, tensor: TensorInfo): number {
  const value = (device.backend.readSync(tensor.dataId) as Float32Array)[0];
  toolbox.release(tensor);
  return value ?? Number.NaN;
}

/** One row out of several tensors, which are released. */
function joined(tensors: readonly TensorInfo[], reshape: BoundKernel, concat: BoundKernel, toolbox: Toolbox): TensorInfo {
  const flat = tensors.map((tensor) => {
    const size = tensor.shape.reduce((product, axis) => product * axis, 1);
    const row = reshape({ x: tensor }, { shape: [size] });
    toolbox.release(tensor);
    return row;
  });
  const [first] = flat;
  if (flat.length === 1 && first !== undefined) return first;
  const table = concat(flat, { axis: 0 });
  for (const row of flat) toolbox.release(row);
  return table;
}

async function evaluateGraph(device: Device, loaded: Loaded, name: string, feed: Feed): Promise<TensorMap> {
  const { outputs, updates } = graphOf(loaded, name).run(feed, loaded.residents);
  for (const [, tensor] of updates) loaded.toolbox.release(tensor);
  const tensors: [string, TensorInfo][] = [];
  const numbers: Record<string, HostTensor> = {};
  for (const [output, value] of Object.entries(outputs)) {
    if (typeof value === 'number') numbers[output] = { shape: [], values: Float32Array.of(value) };
    else tensors.push([output, value]);
  }
  try {
    return { ...numbers, ...(await readTensors(device, tensors)) };
  } finally {
    for (const [, tensor] of tensors) loaded.toolbox.release(tensor);
  }
}

async function readTensors(device: Device, tensors: readonly (readonly [string, TensorInfo])[]): Promise<TensorMap> {
  const read = tensors.map(async ([name, tensor]): Promise<readonly [string, HostTensor]> => [
    name,
    { shape: [...tensor.shape], values: await device.read(tensor) },
  ]);
  return Object.fromEntries(await Promise.all(read));
}

function writeStates(loaded: Loaded, state: TensorMap): void {
  for (const [name, { shape, values }] of Object.entries(state)) {
    const old = loaded.residents.state(name);
    if (old.shape.join() !== shape.join()) {
      throw new EngineError('internal', `State ${name} has the shape [${old.shape.join(', ')}], not [${shape.join(', ')}].`);
    }
    loaded.states.set(name, loaded.toolbox.upload(values.slice(), shape));
    loaded.toolbox.release(old);
  }
}
