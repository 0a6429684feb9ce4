/**
 * Turns a graph into a flat list of closures over registers, once; running it is a loop.
 *
 * Only what outputs and updates need is kept. A register is released right after its last use. Numbers known on the host are
 * uploaded only if a kernel needs them, and only when they changed since the last run; whole-number tensors go up as int32.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { EngineError } from '../engine-error.ts';
import type { Feed } from '../../graph/executor.ts';
import { sizeOf, type Graph, type NodeId } from '../../graph/graph.ts';
import { hostScalars } from '../plan/host-scalars.ts';
import { integerNodes } from './integers.ts';
import type { ComputedOp, Tools } from './ops/op.ts';
import { implement } from './ops/table.ts';
import type { Toolbox } from './toolbox.ts';

/** Tensors that outlive a run. The executor owns them. */
export interface Residents {
  state(name: string): TensorInfo;
  data(name: string, type: 'float32' | 'int32'): TensorInfo;
}

/** What a run leaves: owned tensors, or numbers where the host knew the value. */
export interface RunResult {
  readonly outputs: Readonly<Record<string, TensorInfo | number>>;
  /** New values of the states that change. */
  readonly updates: readonly (readonly [name: string, tensor: TensorInfo])[];
}

/** A graph ready to run on one device. */
export interface CompiledGraph {
  run(feed: Feed, residents: Residents): RunResult;
  /** Releases what is kept between runs. */
  dispose(): void;
}

interface Registers {
  readonly tensors: (TensorInfo | undefined)[];
  /** Registers whose reference this run holds. */
  readonly owned: Set<NodeId>;
}

/** Compiles a graph for a device. */
export function compile(graph: Graph, toolbox: Toolbox): CompiledGraph {
  const needed = neededNodes(graph);
  const host = hostScalars(graph);
  const integers = integerNodes(graph);
  const numbers = new Float64Array(graph.nodes.length);
  const tools = toolbox.forGraph(graph, (id) => (host.ids.has(id) ? numbers[id] : undefined));
  const registers: Registers = { tensors: new Array<TensorInfo | undefined>(graph.nodes.length), owned: new Set() };
  const kept: TensorInfo[] = [];
  const leaves: ((feed: Feed, residents: Residents) => void)[] = [];
  const instructions: (() => void)[] = [];
  const dying = lastUses(graph, needed, host.ids);

  for (const id of needed) {
    if (host.ids.has(id)) continue;
    const leaf = leafLoader(graph, id, integers.has(id), tools, registers, kept);
    if (leaf === undefined) instructions.push(instruction(graph, id, toolbox, tools, registers, dying.get(id) ?? []));
    else leaves.push(leaf);
  }
  const scalars = scalarLoader(graph, needed, host.ids, numbers, tools, registers);

  const release = (): void => {
    for (const id of registers.owned) tools.release(held(registers, id));
    registers.owned.clear();
    registers.tensors.fill(undefined);
  };
  const [outputIds, updateIds] = [Object.entries(graph.outputs), changing(graph)];
  const collect = (): RunResult => {
    const outputs: Record<string, TensorInfo | number> = {};
    for (const [name, id] of outputIds) {
      outputs[name] = host.ids.has(id) ? (numbers[id] ?? Number.NaN) : tools.retain(held(registers, id));
    }
    const updates = updateIds.map(([name, id]): readonly [string, TensorInfo] => [
      name,
      host.ids.has(id) ? tools.upload(Float32Array.of(numbers[id] ?? Number.NaN), []) : tools.retain(held(registers, id)),
    ]);
    return { outputs, updates };
  };
  return {
    run(feed, residents) {
      toolbox.clock.step = feed.step;
      try {
        host.evaluate(feed.scalars, numbers);
        for (const load of leaves) load(feed, residents);
        scalars.load();
        for (const run of instructions) run();
        return collect();
      } finally {
        release();
      }
    },
    dispose() {
      scalars.dispose();
      for (const tensor of kept) tools.release(tensor);
    },
  };
}

/** Nodes that outputs and updates depend on, in order. */
function neededNodes(graph: Graph): readonly NodeId[] {
  const wanted = new Set<NodeId>([...Object.values(graph.outputs), ...changing(graph).map(([, id]) => id)]);
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    if (wanted.has(id)) for (const input of graph.nodes[id]?.inputs ?? []) wanted.add(input);
  }
  return [...wanted].sort((a, b) => a - b);
}

/** Updates but for states that stay as they are. */
function changing(graph: Graph): readonly (readonly [string, NodeId])[] {
  return Object.entries(graph.updates).filter(([name, id]) => {
    const node = graph.nodes[id];
    return !(node?.op === 'state' && node.name === name);
  });
}

/** For each node, the registers that nobody needs after it. Outputs and updates live to the end. */
function lastUses(graph: Graph, needed: readonly NodeId[], hostIds: ReadonlySet<NodeId>): ReadonlyMap<NodeId, readonly NodeId[]> {
  const live = new Set<NodeId>([...Object.values(graph.outputs), ...Object.values(graph.updates)]);
  const dying = new Map<NodeId, NodeId[]>();
  for (const id of [...needed].reverse()) {
    if (hostIds.has(id)) continue;
    for (const input of graph.nodes[id]?.inputs ?? []) {
      if (live.has(input) || hostIds.has(input)) continue;
      live.add(input);
      dying.set(id, [...(dying.get(id) ?? []), input]);
    }
  }
  return dying;
}

function held(registers: Registers, id: NodeId): TensorInfo {
  const tensor = registers.tensors[id];
  if (tensor === undefined) throw new EngineError('internal', `Register ${String(id)} is empty.`);
  return tensor;
}

/** Fills the register of a leaf, or undefined for a node that computes. */
function leafLoader(
  graph: Graph,
  id: NodeId,
  integer: boolean,
  tools: Tools,
  registers: Registers,
  kept: TensorInfo[],
): ((feed: Feed, residents: Residents) => void) | undefined {
  const node = graph.nodes[id];
  if (node === undefined) throw new EngineError('internal', `No node ${String(id)}.`);
  const { tensors, owned } = registers;
  switch (node.op) {
    case 'scalar':
      throw new EngineError('internal', `The scalar ${node.name} has axes.`);
    case 'constant': {
      const tensor = tools.upload(node.values.slice(), node.shape);
      kept.push(tensor);
      return () => {
        tensors[id] = tensor;
      };
    }
    case 'state':
      return (_, residents) => {
        tensors[id] = residents.state(node.name);
      };
    case 'data':
      return (_, residents) => {
        tensors[id] = residents.data(node.name, integer ? 'int32' : 'float32');
      };
    case 'feed': {
      const size = sizeOf(node.shape);
      return (feed) => {
        const values = feed.tensors[node.name];
        if (values?.length !== size)
          throw new RangeError(`feed ${node.name}: expected ${String(size)} values, got ${String(values?.length)}`);
        tensors[id] = tools.upload(integer ? Int32Array.from(values) : values.slice(), node.shape);
        owned.add(id);
      };
    }
    default:
      return undefined;
  }
}

function instruction(graph: Graph, id: NodeId, toolbox: Toolbox, tools: Tools, registers: Registers, dying: readonly NodeId[]): () => void {
  const node = graph.nodes[id];
  if (node === undefined) throw new EngineError('internal', `No node ${String(id)}.`);
  const run = implement(node as typeof node & { op: ComputedOp }, toolbox.overrides, tools);
  // A mask reads its rate on the host, where no register holds it.
  const sources = node.op === 'dropoutMask' ? [] : node.inputs;
  const inputs = new Array<TensorInfo>(sources.length);
  const { tensors, owned } = registers;
  return () => {
    for (let position = 0; position < sources.length; position++) {
      const source = sources[position];
      if (source !== undefined) inputs[position] = held(registers, source);
    }
    tensors[id] = run(inputs);
    owned.add(id);
    for (const dead of dying) if (owned.delete(dead)) tools.release(held(registers, dead));
  };
}

/** Uploads the host numbers that kernels read, each only when it changed. */
function scalarLoader(
  graph: Graph,
  needed: readonly NodeId[],
  hostIds: ReadonlySet<NodeId>,
  numbers: Float64Array,
  tools: Tools,
  registers: Registers,
): { load(): void; dispose(): void } {
  const read = new Set<NodeId>();
  for (const id of needed) {
    const node = graph.nodes[id];
    if (node === undefined || hostIds.has(id) || node.op === 'dropoutMask') continue;
    for (const input of node.inputs) if (hostIds.has(input)) read.add(input);
  }
  const slots = [...read].map((id) => ({ id, value: Number.NaN, tensor: undefined as TensorInfo | undefined }));
  return {
    load() {
      for (const slot of slots) {
        const value = numbers[slot.id] ?? Number.NaN;
        if (slot.tensor === undefined || !Object.is(slot.value, value)) {
          if (slot.tensor !== undefined) tools.release(slot.tensor);
          slot.tensor = tools.upload(Float32Array.of(value), []);
          slot.value = value;
        }
        registers.tensors[slot.id] = slot.tensor;
      }
    },
    dispose() {
      for (const slot of slots) if (slot.tensor !== undefined) tools.release(slot.tensor);
    },
  };
}
