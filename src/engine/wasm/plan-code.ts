/**
 * The code of a plan: the function that runs it so many times, the functions that it calls in each step, and the jobs that threads share.
 */
import { EngineError } from '../engine-error.ts';
import { op } from './assembly/bytes.ts';
import { defineHelp, defineJob, jobSlice, jobThread, pushOperand } from './assembly/job-code.ts';
import { FunctionBody, ModuleBuilder } from './assembly/module.ts';
import { sliceBits } from './kernels/desk-layout.ts';
import { deskKernels, kernels, type Call, type DeskKernelName, type KernelName } from './kernels.ts';
import { doubleBytes } from './layout.ts';
import type { MetricLayout } from './metrics.ts';
import type { SlicedCall } from './slices.ts';

/** Parameters of the generated function, and a local that counts steps. */
const [steps, firstStep, table, numbers, tensors, metricsAt, index] = [0, 1, 2, 3, 4, 5, 6] as const;

/** Bytes of code after which another function is begun: compilers take more than twice as long for what is twice as long. */
const longestFunction = 32_768;

/** Slices that the desk can count; one more would become a ticket that nobody waits for. */
const mostSlices = 2 ** sliceBits - 1;

/** Locals of a function that does blocks: the first of them, and how many. */
export const blocksAt = { slice: 1, blocks: 2 } as const;

/** A call that is done beside others: as a whole, and in slices. */
interface Beside {
  readonly call: Call;
  readonly slices: SlicedCall;
}

/** The function that runs a plan so many times, and those that it calls in each step: short steps are a single one. */
export class PlanCode {
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

  /**
   * A job that takes so many blocks through several instructions, `per` of them in a slice; without help it is one slice. Each of `parts` writes one
   * instruction for the blocks that the locals `blocksAt` name.
   */
  blocks(blocks: number, per: number, parts: readonly ((body: FunctionBody) => void)[]): void {
    const calls: (readonly number[])[] = [];
    let part = new FunctionBody(3);
    parts.forEach((write, index) => {
      write(part);
      part.words.forget();
      if (part.size <= longestFunction && index < parts.length - 1) return;
      calls.push(op.call(this.module.define(part)));
      part = new FunctionBody(3);
    });
    const shared = this.jobCode(Math.ceil(blocks / per), (slice) => {
      const [first, left] = [slice.local('i32'), slice.local('i32')];
      slice.emit(
        op.get(jobSlice),
        op.i32(per),
        op.i32Mul,
        op.tee(first),
        op.set(left),
        op.i32(blocks),
        op.get(left),
        op.i32Sub,
        op.set(left),
      );
      slice.emit(op.i32(per), op.get(left), op.i32(per), op.get(left), op.i32Below, op.select, op.set(left));
      for (const call of calls) slice.emit(op.get(jobThread), op.get(first), op.get(left), call);
    });
    const whole = calls.flatMap((call) => [op.i32(0), op.i32(0), op.i32(blocks), call]);
    const body = this.open();
    body.emit(this.callOf('isShared'), op.when, ...shared, op.otherwise, ...whole, op.end);
    body.words.forget();
  }

  /** A call for the blocks that the locals `blocksAt` name. */
  callInBlocks(body: FunctionBody, { kernel, operands }: SlicedCall): void {
    for (const operand of operands) pushOperand(body, operand, blocksAt);
    body.emit(this.callOf(kernel));
  }

  /** A job of calls that are done beside each other, those that are last begun first; without help one after another, as wholes. More than a job can count are several jobs. */
  apart(tasks: readonly Beside[]): void {
    const jobs: Beside[][] = [[]];
    let slices = 0;
    for (const task of tasks) {
      slices += task.slices.slices;
      if (slices > mostSlices) [slices] = [task.slices.slices, jobs.push([])];
      jobs.at(-1)?.push(task);
    }
    for (const job of jobs) this.beside(job);
  }

  private beside(tasks: readonly Beside[]): void {
    const slices = tasks.reduce((sum, task) => sum + task.slices.slices, 0);
    const shared = this.jobCode(slices, (body) => {
      const slice = body.local('i32');
      let first = 0;
      for (const { slices: its } of tasks) {
        body.emit(op.get(jobSlice), op.i32(first), op.i32Sub, op.tee(slice), op.i32(its.slices), op.i32Below, op.when);
        for (const operand of its.operands) pushOperand(body, operand, { slice });
        body.emit(this.callOf(its.kernel), op.end);
        first += its.slices;
      }
    });
    const whole = tasks.flatMap(({ call: [name, ...operands] }) => [...operands.map(op.i32), this.callOf(name)]);
    const body = this.open();
    body.emit(this.callOf('isShared'), op.when, ...shared, op.otherwise, ...whole, op.end);
    body.words.forget();
  }

  /** Takes back stores between these addresses that nobody reads, if all the code is one function and nothing but metrics is read when it has run. */
  dropStores(from: number, to: number, { sources }: MetricLayout): void {
    if (this.part === undefined || this.parts > 0) return;
    for (const source of sources) this.part.words.read(source);
    this.part.words.dropStores((address) => address >= from && address < to);
  }

  private jobCode(slices: number, write: (body: FunctionBody) => void): readonly number[][] {
    if (slices > mostSlices) throw new EngineError('internal', `${String(slices)} slices do not fit a job.`);
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
