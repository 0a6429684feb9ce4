/** A plan on the device: its pipelines, tables and bind groups, and how its steps are recorded. */
import type { Feeds } from '../../graph/executor.ts';
import type { Memory } from './memory.ts';
import type { Pipelines } from './pipelines.ts';
import type { Plan } from './plan.ts';
import { tableVectors } from './wgsl/assemble.ts';

/** Workgroups along x; more go along y. */
const mostAcross = 65_535;
const tableBytes = 16 * tableVectors;
/** Bytes of the rows of one submission. */
const mostFeedBytes = 1 << 22;

/** What else is to be done. */
export interface Aside {
  /** Called when the row of a step has been written. */
  readonly written?: (step: number) => void;
  /** Records what comes after the steps. */
  readonly after?: (encoder: GPUCommandEncoder) => void;
}

/** Records and submits steps of a plan. */
export class Runner {
  readonly plan: Plan;
  /** Steps of one submission at most. */
  readonly longest: number;
  private readonly device: GPUDevice;
  private readonly memory: Memory;
  private readonly pipelines: Pipelines;
  private readonly compiled: readonly GPUComputePipeline[];
  private readonly tables: GPUBuffer;
  private readonly feedBuffer: GPUBuffer;
  private readonly words: Uint32Array<ArrayBuffer>;
  private readonly floats: Float32Array<ArrayBuffer>;
  private readonly tableGroup: GPUBindGroup;
  private readonly tableOffsets: Uint32Array;
  private readonly feedOffsets: Uint32Array;
  private bound: { readonly buffer: GPUBuffer; readonly group: GPUBindGroup } | undefined;

  private constructor(
    plan: Plan,
    device: GPUDevice,
    memory: Memory,
    pipelines: Pipelines,
    compiled: readonly GPUComputePipeline[],
    mostSteps: number,
  ) {
    this.plan = plan;
    this.device = device;
    this.memory = memory;
    this.pipelines = pipelines;
    this.compiled = compiled;
    const rowBytes = 4 * plan.feeds.words;
    this.longest = Math.max(1, Math.min(mostSteps, Math.floor(mostFeedBytes / rowBytes)));
    this.words = new Uint32Array(this.longest * plan.feeds.words);
    this.floats = new Float32Array(this.words.buffer);
    const { STORAGE, UNIFORM, COPY_DST } = GPUBufferUsage;
    this.feedBuffer = device.createBuffer({ size: this.words.byteLength, usage: STORAGE | COPY_DST });
    this.tables = device.createBuffer({ size: Math.max(1, plan.dispatches.length) * tableBytes, usage: UNIFORM | COPY_DST });
    plan.dispatches.forEach(({ table }, index) => {
      device.queue.writeBuffer(this.tables, index * tableBytes, table.slice());
    });
    this.tableGroup = device.createBindGroup({
      layout: pipelines.tableLayout,
      entries: [{ binding: 0, resource: { buffer: this.tables, size: tableBytes } }],
    });
    this.tableOffsets = Uint32Array.from(plan.dispatches, (_, index) => index * tableBytes);
    this.feedOffsets = Uint32Array.from({ length: this.longest }, (_, index) => index * rowBytes);
  }

  /** Compiles what the plan needs; `mostSteps` go down in one submission at most. */
  static async create(plan: Plan, device: GPUDevice, memory: Memory, pipelines: Pipelines, mostSteps: number): Promise<Runner> {
    const compiled = await Promise.all(plan.dispatches.map(({ code }) => pipelines.of(code)));
    return new Runner(plan, device, memory, pipelines, compiled, mostSteps);
  }

  /** Submits `count` steps from step `first` of some feeds on; the first gives its metrics to row `ring`. */
  submit(feeds: Feeds, first: number, count: number, ring: number, { written, after }: Aside = {}): void {
    const { device, plan } = this;
    const { words } = plan.feeds;
    for (let step = 0; step < count; step++) {
      plan.feeds.write(feeds, first + step, ring + step, this.words, this.floats, step * words);
      written?.(first + step);
    }
    device.queue.writeBuffer(this.feedBuffer, 0, this.words, 0, count * words);
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    const group = this.group();
    for (let step = 0; step < count; step++) {
      pass.setBindGroup(0, group, this.feedOffsets, step, 1);
      for (let index = 0; index < this.compiled.length; index++) {
        pass.setPipeline(this.compiled[index]!);
        pass.setBindGroup(1, this.tableGroup, this.tableOffsets, index, 1);
        const { workgroups } = plan.dispatches[index]!;
        if (workgroups <= mostAcross) pass.dispatchWorkgroups(workgroups);
        else pass.dispatchWorkgroups(mostAcross, Math.ceil(workgroups / mostAcross));
      }
    }
    pass.end();
    after?.(encoder);
    device.queue.submit([encoder.finish()]);
  }

  dispose(): void {
    this.tables.destroy();
    this.feedBuffer.destroy();
  }

  /** Memory may have become another buffer since. */
  private group(): GPUBindGroup {
    const { buffer } = this.memory;
    if (this.bound?.buffer !== buffer) {
      const entries = [
        { binding: 0, resource: { buffer } },
        { binding: 1, resource: { buffer: this.feedBuffer, size: 4 * this.plan.feeds.words } },
      ];
      this.bound = { buffer, group: this.device.createBindGroup({ layout: this.pipelines.memoryLayout, entries }) };
    }
    return this.bound.group;
  }
}
