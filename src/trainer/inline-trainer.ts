/** The trainer on the caller's own thread: for tests, with the same behaviour as the worker form. */
import { Host } from './host.ts';
import type { Surroundings } from './job-request.ts';
import type { Trainer, TrainerEvent } from './trainer.ts';

/** A trainer over the given surroundings. */
export function createInlineTrainer(around: Omit<Surroundings, 'emit'>): Trainer {
  const listeners = new Set<(event: TrainerEvent) => void>();
  const host = new Host({ ...around, emit: (event) => listeners.forEach((listener) => listener(event)) });
  return {
    describe: (config) => host.describe(config),
    takeText: (bytes) => Promise.resolve(host.takeText(bytes)),
    inspect: (file) => host.inspect(file),
    exportRun: (config, changes, target) => host.exportRun(config, changes, target),
    exportModel: () => host.exportModel(),
    start: (runId, config, changes, from) => host.start(runId, config, changes, from),
    play: (stepsPerSecond) => host.play(stepsPerSecond),
    pause: () => host.pause(),
    advance: (amount) => host.advance(amount),
    change: (patch) => host.change(patch),
    findRate: () => host.findRate(),
    watch: (weight) => host.watch(weight),
    write: (id, request) => host.write(id, request),
    stopWriting: () => host.stopWriting(),
    attend: (tokens) => host.attend(tokens),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    revive: () => undefined,
    dispose: () => {
      void host.close();
      listeners.clear();
    },
  };
}
