/**
 * A graph laid out in linear memory: its instructions one after another, and the place of everything that they read and write.
 * A plan is made once; running it allocates nothing.
 */
import type { Graph, NodeId } from '../../graph/graph.ts';
import { EngineError } from '../engine-error.ts';
import type { CallContext } from './calls.ts';
import { feedLayout, type FeedLayout } from './feed-layout.ts';
import { mostSharedPages, type Instance, type Linked } from './instance.ts';
import type { Call } from './kernels.ts';
import { cellBytes, layOut, type Layout, type Update } from './layout.ts';
import { metricLayout, type MetricLayout } from './metrics.ts';
import { lifetimesOf } from './lifetimes.ts';
import { PlanCode } from './plan-code.ts';
import type { Residents } from './residents.ts';
import { createRooms } from './rooms.ts';
import { schedule } from './schedule.ts';
import { writeStages } from './stage-code.ts';
import { stagesOf } from './stages.ts';
import { isLeaf, valuesOf, type Values } from '../plan/values.ts';

/** A graph ready to run. */
export interface Plan extends Linked {
  /** Whether threads can share some of its work. */
  readonly hasJobs: boolean;
  readonly feed: FeedLayout;
  readonly metrics: MetricLayout;
  /** Where the outputs are when it has run. */
  readonly outputs: readonly Output[];
}

/** An output in memory. */
export interface Output {
  readonly name: string;
  readonly shape: readonly number[];
  readonly address: number;
}

/** Lays out a graph and generates its code. `withUpdates`: it replaces states when it runs. */
export function createPlan(graph: Graph, instance: Instance, residents: Residents, withUpdates: boolean): Plan {
  const { arena } = instance;
  const updates = withUpdates ? changing(graph) : [];
  const ends = [...Object.values(graph.outputs), ...updates.map(({ id }) => id)];
  const values = valuesOf(graph, ends);
  const lasting = new Set(updates.map(({ id }) => values.view(id).root));
  const stages = stagesOf(values, schedule(values), instance.sharing, lasting);
  const lifetimes = lifetimesOf(values, stages, ends);
  const layout = layOut(values, stages, lifetimes, updates);
  const feed = feedLayout(values, arena, withUpdates);
  const temporary = residents.temporary(layout.bytes);
  const address = addresses(values, layout, residents, feed, temporary);
  const isInMemory = (root: NodeId): boolean => layout.overwritten(root) !== undefined || layout.offset(root) !== undefined;
  const words = (list: readonly number[]): number => {
    const at = arena.take(4 * list.length);
    arena.words().set(list, at / 4);
    return at;
  };
  const { isPlaced } = layout;
  const { sharing } = instance;
  const rooms = createRooms(residents, sharing.threads);
  const context = { values, address, isPlaced, ...rooms, zeros: instance.zeros, words };

  const code = new PlanCode(sharing.threads > 1);
  const groups = { values, address, isInMemory, pattern: residents.pattern, fused: instance.relaxed };
  writeStages(stages, { code, calls: context, groups, sharing, rooms });
  const outputs = Object.entries(graph.outputs).map(([name, id]) => ({ name, shape: values.node(id).shape, address: address(id) }));
  const metrics = metricLayout(withUpdates ? graph.outputs : {}, values, address, arena, feed.steps);
  const lasts = copies(values, layout, residents, updates, context);
  if (withUpdates && lasts.length === 0) code.dropStores(temporary, temporary + layout.bytes, metrics);
  code.giveMetrics(metrics);
  for (const call of lasts) code.call(call);
  return {
    ...instance.link(code.bytes(instance.shared === undefined ? undefined : mostSharedPages)),
    hasJobs: code.hasJobs,
    feed,
    outputs,
    metrics,
  };
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

/** What puts new states in the place of the old ones, where they are not there yet. States that are handed on go by way of a copy. */
function copies(
  values: Values,
  layout: Layout,
  residents: Residents,
  updates: readonly Update[],
  { address, words }: CallContext,
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
    if (isState) first.push(['copy', source, address(id), size]);
    second.push(size === 1 ? ['copyPiece', state.address, source, 1, words([4, 0])] : ['copy', state.address, source, size]);
  }
  return [...first, ...second];
}
