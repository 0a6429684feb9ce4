/**
 * Live changes on their way to the trainer. A dragged slider moves far more often than anyone can see: the first movement is sent at once, the
 * ones that follow are held together, four a second, the last one included. Each that is sent is part of the run and of its link.
 */
import type { ConfigPatch } from '../params/config.ts';
import type { Context } from './context.ts';

/** Milliseconds. Long enough for a link to stay short, short enough for the charts to follow the hand: they are redrawn as often. */
const togetherFor = 250;

/** Sends `patch` to the run in progress, now or with the next ones. */
export function sendLive(context: Context, patch: ConfigPatch): void {
  const { waiting, trainer } = context;
  if (waiting.cancelLive !== undefined) {
    waiting.livePatch = { ...waiting.livePatch, ...patch };
    return;
  }
  trainer.change(patch);
  hold(context);
}

/** Lets some time pass before the next message; what came meanwhile is one, and the time begins anew behind it. */
function hold(context: Context): void {
  const { waiting, later } = context;
  waiting.cancelLive = later(togetherFor, () => {
    const moved = Object.keys(waiting.livePatch).length > 0;
    flushLive(context);
    if (moved) hold(context);
  });
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
