/** How well it learns in a given time, how the page answers meanwhile, and whether memory stays flat. */
import { measuredIn, press, quantile, wait, waitUntil } from './stage.mjs';

/** Seconds from pressing Run until the accuracy chart says 95 % on the validation data. */
async function secondsToLearn({ open }, hash, patience) {
  return open(hash, async (page) => {
    await press(page, 'Run');
    await waitUntil(page, () => globalThis.measured.ended !== undefined || globalThis.measured.accuracies.some(({ accuracy }) => accuracy >= 0.95), patience); // prettier-ignore
    const { accuracies, pressed } = await measuredIn(page);
    const reached = accuracies.find(({ accuracy }) => accuracy >= 0.95);
    const best = Math.max(0, ...accuracies.map(({ accuracy }) => accuracy));
    const last = reached ?? accuracies.at(-1);
    const value = reached ? (reached.time - pressed) / 1000 : Number.POSITIVE_INFINITY;
    const rate = last ? last.step / ((last.time - pressed) / 1000) : 0;
    return { value, note: `best seen ${(100 * best).toFixed(1)} % by step ${last?.step}, ${rate.toFixed(0)} steps/s` };
  });
}

export const spiral = (stage) => secondsToLearn(stage, '#task=spiral', 60);
export const digits = (stage) => secondsToLearn(stage, '#task=digits&model=cnn&n=2000', 300);

/** Seconds from pressing Run until the validation loss of the default GPT on stories is 2 nats a character. */
export async function stories({ open }) {
  return open('#task=text', async (page) => {
    await press(page, 'Run');
    await waitUntil(
      page,
      () => globalThis.measured.ended !== undefined || globalThis.measured.valLosses.some(({ loss }) => loss <= 2),
      300,
    );
    const { valLosses, pressed, step } = await measuredIn(page);
    const reached = valLosses.find(({ loss }) => loss <= 2);
    const last = reached ?? valLosses.at(-1);
    const value = reached ? (reached.time - pressed) / 1000 : Number.POSITIVE_INFINITY;
    return { value, note: `validation loss ${last?.loss ?? 'unknown'} by step ${step}` };
  });
}

/** Validation loss, in nats a token, after two minutes of tuning the pretrained GPT on plays with its defaults. */
export async function plays({ open }) {
  return open('#task=text&text=plays&model=pretrained', async (page) => {
    await press(page, 'Run');
    await wait(120_000);
    const { valLosses, step } = await measuredIn(page);
    return { value: valLosses.at(-1)?.loss ?? Number.NaN, note: `from ${valLosses[0]?.loss ?? 'unknown'}, by step ${step}` };
  });
}

const windowLength = 250;
const longTask = 50;
const watched = 20_000;
// Five thousand steps an epoch, so that the last of ten thousand epochs is out of reach of the fastest machine.
const busy = '#task=spiral&n=5000&batch=1&pace=1000000&epochs=10000';

/** A second run, flat out, with the first behind it. */
async function startBusy(page) {
  await press(page, 'Run');
  if (!(await waitUntil(page, () => globalThis.measured.step > 500, 30))) throw new Error('The first run did not train.');
  await press(page, 'Reset');
  await waitUntil(page, () => globalThis.measured.step === 0, 10);
  await press(page, 'Run');
  if (!(await waitUntil(page, () => globalThis.measured.step > 100, 30))) throw new Error('The second run did not train.');
  const charts = await page.getByRole('group', { name: /chart$/ }).count();
  if (charts !== 4) throw new Error(`Four charts were expected, there are ${charts}.`);
}

/**
 * Starts to watch how long the tasks of the main thread take beside the time that the processor gave them: on a crowded machine they
 * are stretched by waiting. The function returned says it in words.
 */
async function watchCrowding(session) {
  await session.send('Performance.enable');
  const read = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const valueOf = (name) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
    return { wall: valueOf('TaskDuration'), processor: valueOf('ThreadTime') };
  };
  const before = await read();
  return async () => {
    const after = await read();
    return `tasks took ${((after.wall - before.wall) / (after.processor - before.processor)).toFixed(1)} × their processor time`;
  };
}

/** Per cent of 250 ms windows with a task of the main thread longer than 50 ms. */
export async function longTasks({ open }) {
  return open(busy, async (page, { context }) => {
    await startBusy(page);
    const crowding = await watchCrowding(await context.newCDPSession(page));
    const from = await page.evaluate(() => performance.now());
    const before = (await measuredIn(page)).step;
    await wait(watched);
    const { longTasks: all, step, ended } = await measuredIn(page);
    const tasks = all.filter(({ startTime, duration }) => duration > longTask && startTime >= from && startTime < from + watched);
    const windows = new Set(
      tasks.flatMap(({ startTime, duration }) => {
        const [first, last] = [startTime, startTime + duration].map((time) => Math.floor((time - from) / windowLength));
        return Array.from({ length: last - first + 1 }, (_, index) => first + index);
      }),
    );
    const longest = Math.max(0, ...tasks.map(({ duration }) => duration));
    const crowded = await crowding();
    if (ended) throw new Error('The run ended while it was watched.');
    const pace = `${((step - before) / (watched / 1000)).toFixed(0)} steps/s`;
    return {
      value: (100 * windows.size) / (watched / windowLength),
      note: `${tasks.length} tasks, longest ${longest} ms; ${pace}; ${crowded}`,
    };
  });
}

/**
 * Milliseconds from a key or click until the answer is painted (event timing). Answers within 16 ms are not reported by the
 * browser and count as 16.
 */
export async function inputResponse({ open }) {
  return open(busy, async (page) => {
    await startBusy(page);
    const from = await page.evaluate(() => performance.now());
    const presses = 40;
    await page.getByRole('slider', { name: 'Learning rate slider' }).focus();
    for (let i = 0; i < presses / 2; i++) {
      await page.keyboard.press(i % 2 === 0 ? 'ArrowRight' : 'ArrowLeft');
      await wait(150);
    }
    const toggle = page.getByRole('group', { name: 'Loss chart' }).getByRole('button', { name: 'log y' });
    for (let i = 0; i < presses / 2; i++) {
      await toggle.click();
      await wait(150);
    }
    await wait(500);
    const { inputs, ended } = await measuredIn(page);
    if (ended) throw new Error('The run ended while it was watched.');
    const seen = inputs.filter(({ startTime }) => startTime >= from).map(({ duration }) => duration);
    const times = [...seen, ...new Array(Math.max(0, presses - seen.length)).fill(16)];
    return { value: quantile(times, 0.95), note: `95th percentile of ${times.length} keys and clicks; median ${quantile(times, 0.5)} ms` };
  });
}

const megabyte = 1e6;

/** Megabytes that the page and its worker hold after a collection. */
async function heldMemory(session, worker) {
  const measure = async (send) => {
    await send('HeapProfiler.collectGarbage');
    const { usedSize, backingStorageSize = 0 } = await send('Runtime.getHeapUsage');
    return (usedSize + backingStorageSize) / megabyte;
  };
  return { page: await measure((method) => session.send(method)), worker: await measure(worker) };
}

/** A function that sends a protocol command to the page's worker. */
async function talkToWorker(session) {
  const attached = new Promise((resolve) => {
    session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      if (targetInfo.type === 'worker') resolve(sessionId);
    });
  });
  const answers = new Map();
  session.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result, error } = JSON.parse(message);
    if (error) answers.get(id)?.reject(new Error(error.message));
    else answers.get(id)?.resolve(result);
  });
  await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const sessionId = await attached;
  let next = 0;
  return (method) =>
    new Promise((resolve, reject) => {
      const id = ++next;
      answers.set(id, { resolve, reject });
      session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method }) }).catch(reject);
    });
}

/** Megabytes gained between step 10,000 and step 100,000. */
export async function memory({ open }) {
  // The pace leaves the time to pause it near step 10,000.
  return open('#task=gauss&layers=2&batch=1&epochs=500&pace=10000', async (page, { context }) => {
    const session = await context.newCDPSession(page);
    const worker = await talkToWorker(session);
    await press(page, 'Run');
    if (!(await waitUntil(page, () => globalThis.measured.step >= 10_000, 120))) throw new Error('It did not reach step 10,000.');
    await press(page, 'Pause');
    await wait(500);
    const { step } = await measuredIn(page);
    const before = await heldMemory(session, worker);
    await press(page, 'Run');
    if (!(await waitUntil(page, () => globalThis.measured.ended !== undefined, 600))) throw new Error('It did not reach step 100,000.');
    await wait(500);
    const after = await heldMemory(session, worker);
    const last = (await measuredIn(page)).step;
    const both = (name) => `${name} ${before[name].toFixed(1)} → ${after[name].toFixed(1)} MB`;
    return {
      value: after.page + after.worker - before.page - before.worker,
      note: `step ${step} → ${last}: ${both('page')}, ${both('worker')}`,
    };
  });
}
