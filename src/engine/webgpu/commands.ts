/** What is said to the device: dispatches of many steps in one submission, copies to the host, and the refusals that come back. */
import { EngineError } from '../engine-error.ts';
import type { GraphicsDevice } from '../graphics-device.ts';
import { windowBytes, type Memory } from './memory.ts';
import type { Plan } from './plan.ts';

/** Counts of what was asked for, which tests hold bounds against. */
export interface Counts {
  dispatches: number;
  submits: number;
  readbacks: number;
}

/** A plan whose shaders are compiled. */
export interface Pipelines {
  readonly plan: Plan;
  readonly stages: readonly { readonly pipeline: GPUComputePipeline; readonly size: readonly [number, number] }[];
}

/** Compiles the shaders of a plan, all at once. Rejects with an `EngineError` if the device refuses one. */
export async function compile({ gpu }: GraphicsDevice, { layout }: Memory, plan: Plan): Promise<Pipelines> {
  const stages = plan.shaders.map(async ({ code, size }) => {
    const compute = { module: gpu.createShaderModule({ code }), entryPoint: 'main' };
    return { size, pipeline: await gpu.createComputePipelineAsync({ layout, compute }) };
  });
  return { plan, stages: await Promise.all(stages) };
}

/** Does `work` and rejects with an `EngineError` if the device refused what was asked of it before it first waited. */
export async function checked<Result>({ gpu }: GraphicsDevice, work: () => Promise<Result> | Result): Promise<Result> {
  gpu.pushErrorScope('out-of-memory');
  gpu.pushErrorScope('validation');
  const working = begun(work);
  const scopes = Promise.all([gpu.popErrorScope(), gpu.popErrorScope()]);
  const [result, refused] = await Promise.allSettled([working, scopes]);
  const [validation, memory] = refused.status === 'fulfilled' ? refused.value : [];
  if (memory) throw new EngineError('outOfMemory', 'The program needs more memory than this graphics device has.');
  if (validation) throw new EngineError('internal', validation.message);
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

/** Starts `work`; whatever it throws at once comes as a rejection too. */
async function begun<Result>(work: () => Promise<Result> | Result): Promise<Result> {
  return work();
}

/** Records the dispatches of `count` steps from slot `first` on. */
export function encodeSteps(
  encoder: GPUCommandEncoder,
  { stages, plan }: Pipelines,
  { group }: Memory,
  first: number,
  count: number,
  counts: Counts,
): void {
  const pass = encoder.beginComputePass();
  const rounds = plan.isLoop ? 1 : count;
  for (let slot = first; slot < first + rounds; slot++) {
    pass.setBindGroup(0, group, [slot * windowBytes]);
    for (const { pipeline, size } of stages) {
      pass.setPipeline(pipeline);
      pass.dispatchWorkgroups(size[0], size[1]);
    }
  }
  counts.dispatches += rounds * stages.length;
  pass.end();
}

/** A stretch of a buffer that is wanted on the host, in bytes. */
export interface Wanted {
  readonly buffer: GPUBuffer;
  readonly at: number;
  readonly bytes: number;
}

/** Records copies into a staging buffer, one behind the other. */
export function encodeCopies(encoder: GPUCommandEncoder, staging: GPUBuffer, wanted: readonly Wanted[]): void {
  let to = 0;
  for (const { buffer, at, bytes } of wanted) {
    encoder.copyBufferToBuffer(buffer, at, staging, to, bytes);
    to += bytes;
  }
}

/** Milliseconds between reminders. */
const patience = 4;

/**
 * Waits for something the device will do. Firefox looks for what is done only every 100 ms, but also whenever it is given something: so it is
 * given nothing, now and then.
 */
export async function waitFor<Result>({ gpu }: GraphicsDevice, work: Promise<Result>): Promise<Result> {
  const timer = setInterval(() => {
    gpu.queue.submit([]);
  }, patience);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

/** Copies what was staged to the host. */
export async function readStaging(device: GraphicsDevice, staging: GPUBuffer, bytes: number, counts: Counts): Promise<Float32Array> {
  counts.readbacks += 1;
  await waitFor(device, staging.mapAsync(GPUMapMode.READ, 0, bytes));
  const values = new Float32Array(staging.getMappedRange(0, bytes).slice(0));
  staging.unmap();
  return values;
}
