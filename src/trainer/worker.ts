/** The worker entry: only glue between messages and the host. tfjs is reachable from here, never from the page. */
import { openEngine } from './open-engine.ts';
import { Host } from './host.ts';
import { nextTask } from './next-task.ts';
import type { Command, Handlers, WorkerEvent } from './protocol.ts';
import { dispatch } from './protocol.ts';
import { readAsset } from './read-asset.ts';

function post(event: WorkerEvent): void {
  self.postMessage(event, { transfer: handedOver(event) });
}

/** What is large and of no more use here is handed over, not copied. */
function handedOver(event: WorkerEvent): Transferable[] {
  if (event.type === 'exported') return [event.zip.buffer];
  return event.type === 'attended' ? event.attention.layers.map(({ buffer }) => buffer as ArrayBuffer) : [];
}

function rest(seconds: number): Promise<void> {
  return seconds > 0 ? new Promise((resolve) => setTimeout(resolve, seconds * 1000)) : nextTask();
}

const host = new Host({
  readAsset,
  openEngine,
  rest,
  now: () => performance.now() / 1000,
  emit: (event) => {
    if (event.type !== 'pulse') post(event);
  },
});

/** Answers a question when its answer is there, or says why there is none. */
function answer<Answer>(request: number, question: Promise<Answer>, eventOf: (answer: Answer) => WorkerEvent): void {
  question.then(
    (value) => post(eventOf(value)),
    (error: unknown) => post({ type: 'refused', request, message: error instanceof Error ? error.message : String(error) }),
  );
}

const handlers: Handlers<Command> = {
  describe: ({ request, config }) => answer(request, host.describe(config), (description) => ({ type: 'described', request, description })),
  takeText: ({ request, bytes }) => post({ type: 'textTaken', request, taken: host.takeText(bytes) }),
  inspect: ({ request, file }) => answer(request, host.inspect(file), (saved) => ({ type: 'inspected', request, saved })),
  exportRun: ({ request, config, changes, target }) =>
    answer(request, host.exportRun(config, changes, target), (zip) => ({ type: 'exported', request, zip })),
  exportModel: ({ request }) => answer(request, host.exportModel(), (zip) => ({ type: 'exported', request, zip })),
  start: ({ runId, config, changes, from }) => host.start(runId, config, changes, from),
  play: ({ stepsPerSecond }) => host.play(stepsPerSecond),
  pause: () => host.pause(),
  advance: ({ amount }) => host.advance(amount),
  change: ({ patch }) => host.change(patch),
  findRate: () => host.findRate(),
  watch: ({ weight }) => host.watch(weight),
  write: ({ id, writing }) => host.write(id, writing),
  stopWriting: () => host.stopWriting(),
  attend: ({ request, tokens }) => answer(request, host.attend(tokens), (attention) => ({ type: 'attended', request, attention })),
  ping: () => post({ type: 'pong' }),
};

self.onmessage = ({ data }: MessageEvent<Command>) => dispatch(handlers, data);
