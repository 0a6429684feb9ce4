/** Work on a device that may be lost at any moment. */
import { toEngineError } from './engine-error.ts';

/** What is known of a device's loss. */
export interface Losable {
  /** It is memory of this program, and cannot be lost. */
  readonly onHost: boolean;
  /** Rejects when the device is gone; never resolves. */
  readonly failed: Promise<never>;
  /** Throws if the device is gone. */
  readonly check: () => void;
}

/** Runs `work`, but fails as soon as the device is lost, and with an `EngineError` whatever happens. */
export async function guarded<Result>(device: Losable, work: () => Promise<Result>): Promise<Result> {
  try {
    device.check();
    const result = await unlessLost(device, work());
    device.check();
    return result;
  } catch (thrown) {
    const error = toEngineError(thrown);
    // A lost device often first shows as a read that fails; the news of the loss comes a moment later.
    if (error.kind === 'internal' && !device.onHost) await unlessLost(device, pause(newsOfLoss));
    device.check();
    throw error;
  }
}

const waiting = new WeakMap<Losable, Set<(reason: unknown) => void>>();

/**
 * Rejects as soon as the device is lost. Racing against `device.failed` would leave a reaction, and with it every result,
 * on a promise that never settles; so there is one reaction a device, which rejects whatever is under way.
 */
function unlessLost<Result>(device: Losable, work: Promise<Result>): Promise<Result> {
  const rejects = waiting.get(device) ?? watchForLoss(device);
  return new Promise((resolve, reject) => {
    rejects.add(reject);
    work.then(resolve, reject).finally(() => rejects.delete(reject));
  });
}

function watchForLoss(device: Losable): Set<(reason: unknown) => void> {
  const rejects = new Set<(reason: unknown) => void>();
  waiting.set(device, rejects);
  device.failed.catch((reason: unknown) => {
    for (const reject of rejects) reject(reason);
    rejects.clear();
  });
  return rejects;
}

/** Milliseconds. */
const newsOfLoss = 100;

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
