/** The worker entry: only glue between messages and the host. tfjs is reachable from here, never from the page. */
import { openEngine } from './open-engine.ts';
import { Host } from './host.ts';
import type { Command, Handlers, WorkerEvent } from './protocol.ts';
import { dispatch } from './protocol.ts';
import { readAsset } from './read-asset.ts';

function post(event: WorkerEvent): void {
  self.postMessage(event);
}

// A message channel lets waiting messages in without the 4 ms that nested timers cost.
const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();

function rest(seconds: number): Promise<void> {
  return new Promise((resolve) => {
    if (seconds > 0) setTimeout(resolve, seconds * 1000);
    else {
      waiting.push(resolve);
      channel.port2.postMessage(undefined);
    }
  });
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

const handlers: Handlers<Command> = {
  describe: ({ request, config }) => {
    host.describe(config).then(
      (description) => post({ type: 'described', request, description }),
      (error: unknown) => post({ type: 'refused', request, message: error instanceof Error ? error.message : String(error) }),
    );
  },
  start: ({ runId, config, changes, from }) => host.start(runId, config, changes, from),
  play: ({ stepsPerSecond }) => host.play(stepsPerSecond),
  pause: () => host.pause(),
  advance: ({ amount }) => host.advance(amount),
  change: ({ patch }) => host.change(patch),
  findRate: () => host.findRate(),
  watch: ({ weight }) => host.watch(weight),
  ping: () => post({ type: 'pong' }),
};

self.onmessage = ({ data }: MessageEvent<Command>) => dispatch(handlers, data);
