/**
 * Live changes on their way to the trainer. A dragged slider moves far more often than anyone can see: the first movement
 * is sent at once, the ones that follow are held together, so that a drag leaves a few marks on the charts and not hundreds.
 */
import type { ConfigPatch } from '../params/config.ts';
import type { Context } from './context.ts';

const togetherFor = 120;

/** Sends `patch` to the run in progress, now or with the next ones. */
export function sendLive(context: Context, patch: ConfigPatch): void {
  const { waiting, later, trainer } = context;
  if (waiting.cancelLive !== undefined) {
    waiting.livePatch = { ...waiting.livePatch, ...patch };
    return;
  }
  trainer.change(patch);
  waiting.cancelLive = later(togetherFor, () => flushLive(context));
}

/** Sends what is held, before anything that must come after it. */
export function flushLive(context: Context): void {
  const { waiting, trainer } = context;
  const patch = waiting.livePatch;
  dropLive(context);
  if (Object.keys(patch).length > 0) trainer.change(patch);
}

/** Forgets what is held: it belongs to a run that is no more. */
export function dropLive({ waiting }: Context): void {
  waiting.cancelLive?.();
  waiting.cancelLive = undefined;
  waiting.livePatch = {};
}
