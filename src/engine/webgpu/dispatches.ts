/**
 * Which instructions the device is asked for at once.
 *
 * Idea: what costs is not the arithmetic but asking, some 30 µs each time. All instructions that are ready go into one dispatch, side by side, each in
 * workgroups of its own. And as long as everything that is ready is small, one workgroup carries it out alone, level after level, with a barrier
 * between: no other workgroup has to be waited for. The whole step of a small network is one dispatch.
 */
import type { NodeId } from '../../graph/graph.ts';
import { resultsOf, sourcesOf, type Instruction } from '../planning/instructions.ts';
import type { Update } from '../planning/layout.ts';
import type { Values } from '../planning/values.ts';
import type { Kernel } from './code/kernel.ts';

/** An instruction and its kernel; a concatenation whose pieces lie there already has none. */
export interface Task {
  readonly instruction: Instruction;
  readonly kernel: Kernel | undefined;
}

/** Levels one after another, each of tasks that do not depend on each other. More than one level: by a single workgroup. */
export type Dispatch = readonly (readonly Task[])[];

/** Dispatches in order, and of each task the level, counted over all, in which it is done. */
export interface Order {
  readonly dispatches: readonly Dispatch[];
  readonly momentOf: (task: Task) => number;
}

/** A task is small if one workgroup does it in about the time of a dispatch. */
const smallCost = 512;

/** Orders tasks; `updates` are states that are to be written over, which whoever else reads them should do before. */
export function dispatchesOf(values: Values, tasks: readonly Task[], updates: readonly Update[]): Order {
  const waiting = dependencies(values, tasks, updates);
  const moments = new Map<Task, number>();
  const dispatches: Task[][][] = [];
  let moment = 0;
  const isReady = (task: Task): boolean => !moments.has(task) && [...(waiting.get(task) ?? [])].every((before) => moments.has(before));
  /** What is ready; tasks without a kernel are done at once. */
  const ready = (): readonly Task[] => {
    for (;;) {
      const found = tasks.filter(isReady);
      const done = found.filter(({ kernel }) => kernel === undefined);
      if (done.length === 0) return found;
      for (const task of done) moments.set(task, Math.max(0, moment - 1));
    }
  };
  const isSmall = ({ kernel }: Task): boolean => (kernel?.cost ?? 0) <= smallCost;
  let serial: Task[][] | undefined;
  for (let level = ready(); level.length > 0; level = ready()) {
    for (const task of level) moments.set(task, moment);
    moment += 1;
    if (!level.every(isSmall)) {
      serial = undefined;
      dispatches.push([[...level]]);
    } else if (serial === undefined) dispatches.push((serial = [[...level]]));
    else serial.push([...level]);
  }
  return { dispatches, momentOf: (task) => moments.get(task) ?? 0 };
}

/** Of each task, the tasks before it. */
function dependencies(values: Values, tasks: readonly Task[], updates: readonly Update[]): ReadonlyMap<Task, ReadonlySet<Task>> {
  const makers = new Map<NodeId, Task>();
  for (const task of tasks) for (const result of resultsOf(task.instruction)) makers.set(result, task);
  const before = new Map<Task, Set<Task>>();
  for (const task of tasks) {
    const sources = sourcesOf(values, task.instruction).map((id) => makers.get(values.view(id).root));
    before.set(task, new Set(sources.filter((maker) => maker !== undefined && maker !== task) as Task[]));
  }
  for (const { name, id } of updates) {
    const writer = makers.get(values.view(id).root);
    if (writer === undefined) continue;
    for (const task of tasks) {
      const reads = sourcesOf(values, task.instruction).some((source) => isState(values, source, name));
      if (task !== writer && reads && !dependsOn(before, task, writer)) before.get(writer)?.add(task);
    }
  }
  return before;
}

function isState(values: Values, id: NodeId, name: string): boolean {
  const { root } = values.view(id);
  const node = root < values.graph.nodes.length ? values.node(root) : undefined;
  return node?.op === 'state' && node.name === name;
}

/** Whether `task` must wait, by way of others, for `earlier`. */
function dependsOn(before: ReadonlyMap<Task, ReadonlySet<Task>>, task: Task, earlier: Task): boolean {
  const seen = new Set<Task>();
  const open = [task];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === earlier) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(before.get(next) ?? []));
  }
  return false;
}
