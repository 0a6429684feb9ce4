/** Runs many steps: their feeds go up in one write, submissions follow each other while the device is busy, and the metrics come back in one read. */
import type { Feeds, MetricColumns } from '../../graph/executor.ts';
import { areColumns } from '../../graph/feeds.ts';
import { checked, encodeCopies, encodeSteps, readStaging, waitFor, type Counts, type Pipelines } from './commands.ts';
import type { GraphicsDevice } from '../graphics-device.ts';
import type { Draft } from './draft.ts';
import { windowBytes, type Memory } from './memory.ts';
import type { Pace } from './pace.ts';

/** Everything that running steps needs. */
export interface Stepper {
  readonly device: GraphicsDevice;
  readonly memory: Memory;
  readonly draft: Draft;
  readonly pipelines: Pipelines;
  readonly slots: number;
  readonly pace: Pace;
  readonly counts: Counts;
}

/** Submissions that may be under way. */
const inFlight = 2;

/** Takes all steps, as many at once as there are slots. */
export async function runSteps(stepper: Stepper, feeds: Feeds): Promise<MetricColumns> {
  const { metrics } = stepper.pipelines.plan;
  const columns = metrics.map(() => new Float64Array(feeds.length));
  for (let first = 0; first < feeds.length; first += stepper.slots) {
    const count = Math.min(stepper.slots, feeds.length - first);
    const rows = await checked(stepper.device, () => runWindow(stepper, feeds, first, count));
    columns.forEach((column, metric) => {
      for (let row = 0; row < count; row++) column[first + row] = rows[row * metrics.length + metric] ?? Number.NaN;
    });
  }
  return Object.fromEntries(metrics.map((name, index) => [name, columns[index] ?? new Float64Array()]));
}

async function runWindow(stepper: Stepper, feeds: Feeds, first: number, count: number): Promise<Float32Array> {
  const { device, memory, pace, counts, pipelines } = stepper;
  upload(stepper, feeds, first, count);
  const bytes = 4 * count * pipelines.plan.metrics.length;
  const [staging] = memory.staging;
  const underWay: Promise<void>[] = [];
  let since = performance.now();
  for (let done = 0; done < count;) {
    const steps = Math.min(pace.steps, count - done);
    if (pipelines.plan.isLoop) device.gpu.queue.writeBuffer(memory.windows, done * windowBytes, Uint32Array.of(done, steps));
    const encoder = device.gpu.createCommandEncoder();
    encodeSteps(encoder, pipelines, memory, done, steps, counts);
    done += steps;
    if (done === count && bytes > 0) encodeCopies(encoder, staging, [{ buffer: memory.metrics, at: 0, bytes }]);
    device.gpu.queue.submit([encoder.finish()]);
    counts.submits += 1;
    underWay.push(
      device.gpu.queue.onSubmittedWorkDone().then(() => {
        const now = performance.now();
        pace.learn(steps, now - since);
        since = now;
      }),
    );
    if (underWay.length > inFlight) await waitFor(device, underWay.shift() ?? Promise.resolve());
  }
  if (bytes > 0) return readStaging(device, staging, bytes, counts);
  await waitFor(device, Promise.all(underWay));
  return new Float32Array();
}

function upload({ device, memory, draft: { rows } }: Stepper, feeds: Feeds, first: number, count: number): void {
  const words = new Uint32Array(count * rows.words);
  const floats = new Float32Array(words.buffer);
  if (areColumns(feeds)) rows.writeColumns(feeds, first, count, floats, words, 0);
  else
    feeds.slice(first, first + count).forEach((feed, index) => {
      rows.write(feed, floats, words, index * rows.words);
    });
  device.gpu.queue.writeBuffer(memory.feeds, 0, words);
}
