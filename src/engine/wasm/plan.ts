/**
 * A graph laid out in linear memory: its instructions one after another, and the place of everything that they read and write.
 * A plan is made once; running it allocates nothing.
 */
import type { Graph, NodeId } from '../../graph/graph.ts';
import { encodeGroup, registerBytes } from './encode-group.ts';
import { encodeExpansion, encodeSingle, type Call } from './encode-single.ts';
import { EngineError } from '../engine-error.ts';
import { feedLayout, type FeedLayout } from './feed-layout.ts';
import type { Instance } from './instance.ts';
import { cellBytes, layOut, type Layout, type Update } from './layout.ts';
import { lifetimesOf } from './lifetimes.ts';
import * as opcode from './opcodes.ts';
import type { Residents } from './residents.ts';
import { schedule } from './schedule.ts';
import { isLeaf, valuesOf, type Values } from './values.ts';

/** A graph ready to run. */
export interface Plan {
  /** First byte of the instructions, and the first after them. */
  readonly start: number;
  readonly end: number;
  readonly feed: FeedLayout;
  /** Where the outputs are when it has run. */
  readonly outputs: readonly Output[];
}

/** An output: `metric` is its place in a row of metrics, if it is a single number. */
export interface Output {
  readonly name: string;
  readonly shape: readonly number[];
  readonly address: number;
  readonly metric: number;
}

/** Lays out a graph. `withUpdates`: it replaces states when it runs. */
export function createPlan(graph: Graph, instance: Instance, residents: Residents, withUpdates: boolean): Plan {
  const updates = withUpdates ? changing(graph) : [];
  const ends = [...Object.values(graph.outputs), ...updates.map(({ id }) => id)];
  const values = valuesOf(graph, ends);
  const instructions = schedule(values);
  const lifetimes = lifetimesOf(values, instructions, ends);
  const layout = layOut(values, instructions, lifetimes, updates);
  const feed = feedLayout(values, instance.arena);
  const address = addresses(values, layout, residents, feed, residents.temporary(layout.bytes));

  const words: number[] = [];
  const emit = ([code, ...operands]: Call): void => {
    words.push(instance.kernel(code), 4 * (2 + operands.length), ...operands);
  };
  emit([opcode.feed, feed.numbers.length, feed.cells, feed.floats, feed.tensors]);
  const single = {
    values,
    address,
    isPlaced: layout.isPlaced,
    scratch: (floats: number) => residents.scratch(floats),
    frame: residents.frame,
    zeros: instance.zeros,
  };
  const group = {
    values,
    kernel: instance.kernel,
    address,
    isInMemory: (root: NodeId) => layout.overwritten(root) !== undefined || layout.offset(root) !== undefined,
    register: (index: number) => residents.register(index, registerBytes),
  };
  for (const instruction of instructions) {
    if (instruction.kind === 'group') words.push(...encodeGroup(instruction, group).words);
    else
      for (const call of instruction.kind === 'single' ? encodeSingle(instruction, single) : encodeExpansion(instruction, single))
        emit(call);
  }
  const outputs = outputsOf(graph, values, address);
  if (withUpdates) emit([opcode.metrics, ...metricPlaces(outputs)]);
  for (const call of copies(values, layout, residents, updates, address)) emit(call);
  const start = instance.arena.take(4 * words.length);
  instance.arena.words().set(words, start / 4);
  return { start, end: start + 4 * words.length, feed, outputs };
}

/** Updates but for states that stay as they are. */
function changing(graph: Graph): readonly Update[] {
  return Object.entries(graph.updates).flatMap(([name, id]) => {
    const node = graph.nodes[id];
    return node?.op === 'state' && node.name === name ? [] : [{ name, id }];
  });
}

function addresses(values: Values, layout: Layout, residents: Residents, feed: FeedLayout, temporary: number): (id: NodeId) => number {
  return (id) => {
    const { root, offset } = values.view(id);
    return 4 * offset + base(root);
  };
  function base(root: NodeId): number {
    const overwritten = layout.overwritten(root);
    if (overwritten !== undefined) return base(overwritten);
    const within = layout.offset(root);
    if (within !== undefined) return temporary + within;
    const node = values.node(root);
    if (!isLeaf(node)) throw new EngineError('internal', `${node.op} has no place in memory.`);
    return node.op === 'scalar' || node.op === 'feed' ? feed.address(node.name) : residents.address(node);
  }
}

function outputsOf(graph: Graph, values: Values, address: (id: NodeId) => number): readonly Output[] {
  let metrics = 0;
  return Object.entries(graph.outputs).map(([name, id]) => {
    const isMetric = values.size(id) === 1;
    return { name, shape: values.node(id).shape, address: address(id), metric: isMetric ? metrics++ : -1 };
  });
}

function metricPlaces(outputs: readonly Output[]): readonly number[] {
  const places = outputs.filter(({ metric }) => metric >= 0).map(({ address }) => address);
  return [places.length, ...places];
}

/** What puts new states in the place of the old ones, where they are not there yet. States that are handed on go by way of a copy. */
function copies(
  values: Values,
  layout: Layout,
  residents: Residents,
  updates: readonly Update[],
  address: (id: NodeId) => number,
): readonly Call[] {
  const first: Call[] = [];
  const second: Call[] = [];
  for (const { name, id } of updates) {
    const { root } = values.view(id);
    const state = residents.state(name);
    const over = layout.overwritten(root);
    if (over !== undefined && residents.address(values.node(over)) === state.address) continue;
    const size = values.size(id);
    const isState = values.node(root).op === 'state' || over !== undefined;
    const source = isState ? residents.spare(size * 4 + cellBytes) : address(id);
    if (isState) first.push([opcode.copy, source, address(id), size]);
    second.push(size === 1 ? [opcode.splat, state.address, source] : [opcode.copy, state.address, source, size]);
  }
  return [...first, ...second];
}
