/**
 * A graph laid out in linear memory: its instructions one after another, and the place of everything that they read and write.
 * A plan is made once; running it allocates nothing.
 */
import type { Graph, NodeId } from '../../graph/graph.ts';
import { EngineError } from '../engine-error.ts';
import { op } from './assembly/bytes.ts';
import { writeGroup } from './assembly/group-code.ts';
import { defineHelp, defineJob, jobSlice, pushOperand } from './assembly/job-code.ts';
import { runSumFloats, writeRunSums } from './assembly/run-sums.ts';
import { writeSmall } from './assembly/small-code.ts';
import { FunctionBody, ModuleBuilder } from './assembly/module.ts';
import { expansionCalls, singleCalls, type CallContext } from './calls.ts';
import { feedLayout, type FeedLayout } from './feed-layout.ts';
import { mostSharedPages, type Instance, type Linked } from './instance.ts';
import { deskKernels, kernels, type Call, type DeskKernelName, type KernelName } from './kernels.ts';
import { cellBytes, doubleBytes, layOut, type Layout, type Update } from './layout.ts';
import { metricLayout, type MetricLayout } from './metrics.ts';
import { lifetimesOf } from './lifetimes.ts';
import type { Residents } from './residents.ts';
import { createRooms } from './rooms.ts';
import { schedule } from './schedule.ts';
import { cutGroup, sliced, type SlicedCall } from './slices.ts';
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
  const instructions = schedule(values);
  const lifetimes = lifetimesOf(values, instructions, ends);
  const layout = layOut(values, instructions, lifetimes, updates);
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
  const { roomBytes, ...rooms } = createRooms(residents, sharing.threads);
  const context = { values, address, isPlaced, ...rooms, zeros: instance.zeros, words };

  const code = new PlanCode(sharing.threads > 1);
  const groups = { values, address, isInMemory, pattern: residents.pattern, fused: instance.relaxed };
  for (const instruction of instructions) {
    if (instruction.kind === 'group') {
      const parts = cutGroup(instruction, sharing);
      if (parts === undefined) writeGroup(code.open(), instruction, groups);
      else {
        const runSums = instruction.sums.length > 0 ? rooms.scratch(runSumFloats(instruction)) : 0;
        code.job(parts.slices, (body) => writeGroup(body, instruction, groups, { slice: jobSlice, per: parts.per, runSums }));
        if (instruction.sums.length > 0) writeRunSums(code.open(), instruction, groups, runSums);
      }
    } else
      for (const call of instruction.kind === 'single' ? singleCalls(instruction, context) : expansionCalls(instruction, context))
        if ('kind' in call) writeSmall(code.open(), call, groups);
        else code.call(call, sliced(call, { sharing, roomBytes }));
  }
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

/** Parameters of the generated function, and a local that counts steps. */
const [steps, firstStep, table, numbers, tensors, metricsAt, index] = [0, 1, 2, 3, 4, 5, 6] as const;

/** Bytes of code after which another function is begun: compilers take more than twice as long for what is twice as long. */
const longestFunction = 32_768;

/** The function that runs a plan so many times, and those that it calls in each step: short steps are a single one. */
class PlanCode {
  private readonly module = new ModuleBuilder();
  private readonly body = new FunctionBody(6);
  private readonly places = new Map<string, number>();
  private readonly jobs: number[] = [];
  private part: FunctionBody | undefined;
  private parts = 0;

  /** `withJobs`: there are threads to share work with. */
  constructor(withJobs: boolean) {
    this.import(kernels, []);
    if (withJobs) {
      this.import(deskKernels.commands, []);
      this.import(deskKernels.questions, ['i32']);
    }
    this.body.local('i32');
    this.body.emit(op.loop);
    this.body.emit(...[table, numbers, tensors, index, firstStep].map(op.get), this.callOf('takeFeeds'));
  }

  /** The function that the next instruction is written to. */
  open(): FunctionBody {
    if (this.part !== undefined && this.part.size > longestFunction) this.close();
    return (this.part ??= new FunctionBody());
  }

  /** With `slices`, threads share it; without help it is done as a whole, which packs less. */
  call([name, ...operands]: Call, slices?: SlicedCall): void {
    const whole = [...operands.map(op.i32), this.callOf(name)];
    const body = this.open();
    if (slices === undefined) body.emit(...whole);
    else {
      const shared = this.jobCode(slices.slices, (slice) => {
        for (const operand of slices.operands) pushOperand(slice, operand);
        slice.emit(this.callOf(slices.kernel));
      });
      body.emit(this.callOf('isShared'), op.when, ...shared, op.otherwise, ...whole, op.end);
    }
    body.words.forget();
  }

  /** An instruction that threads share, cut or not; `write` writes one slice. */
  job(slices: number, write: (body: FunctionBody) => void): void {
    const body = this.open();
    body.emit(...this.jobCode(slices, write));
    body.words.forget();
  }

  /** Takes back stores between these addresses that nobody reads, if all the code is one function and nothing but metrics is read when it has run. */
  dropStores(from: number, to: number, { sources }: MetricLayout): void {
    if (this.part === undefined || this.parts > 0) return;
    for (const source of sources) this.part.words.read(source);
    this.part.words.dropStores((address) => address >= from && address < to);
  }

  private jobCode(slices: number, write: (body: FunctionBody) => void): readonly number[][] {
    const job = defineJob(this.module, this.place('takeSlice'), this.place('giveSlice'), write);
    const number = this.jobs.push(job) - 1;
    return [op.i32(number), op.i32(slices), this.callOf('openJob'), op.i32(0), op.call(job), this.callOf('awaitSlices')];
  }

  get hasJobs(): boolean {
    return this.jobs.length > 0;
  }

  /** Single numbers into the columns of metrics. */
  giveMetrics({ sources, steps: length }: MetricLayout): void {
    this.close();
    sources.forEach((source, place) => {
      this.body.emit(op.get(metricsAt), op.i32(0), op.loadF32(source), op.toF64, op.storeF64(doubleBytes * length * place));
    });
  }

  bytes(sharedPages: number | undefined): Uint8Array<ArrayBuffer> {
    this.close();
    const { body } = this;
    for (const [local, by] of [
      [firstStep, 1],
      [index, 1],
      [metricsAt, doubleBytes],
    ] as const)
      body.emit(op.get(local), op.i32(by), op.i32Add, op.set(local));
    body.emit(op.get(steps), op.i32(1), op.i32Sub, op.tee(steps), op.repeatIf, op.end);
    const run = this.module.define(body);
    if (!this.hasJobs) return this.module.bytes({ run }, sharedPages);
    return this.module.bytes({ run, help: defineHelp(this.module, this.place('awaitJob'), this.jobs) }, sharedPages);
  }

  private close(): void {
    if (this.part === undefined) return;
    this.body.emit(op.call(this.module.define(this.part)));
    this.parts++;
    this.part = undefined;
  }

  private import(functions: Readonly<Record<string, number>>, results: readonly 'i32'[]): void {
    for (const [name, count] of Object.entries(functions))
      this.places.set(name, this.module.import(name, { parameters: new Array<'i32'>(count).fill('i32'), results }));
  }

  private place(name: KernelName | DeskKernelName): number {
    return this.places.get(name) ?? -1;
  }

  private callOf(name: KernelName | DeskKernelName): number[] {
    return op.call(this.place(name));
  }
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
