/**
 * Live changes on their way to the trainer. A dragged slider moves far more often than anyone can see: what it passes through is held together until the
 * hand rests, or for half a second if it does not, so that a short drag is one change and a long one few. A choice or a switch is no drag and is sent at
 * once, with whatever is held. Each that is sent is part of the run and of its link.
 */
import type { ConfigPatch } from '../params/config.ts';
import { specOf } from '../params/table.ts';
import type { ParameterId } from '../params/table.ts';
import type { Context } from './context.ts';

/** Milliseconds without a movement after which a hand rests: no longer than what feels immediate. */
const restFor = 150;
/** Milliseconds after which what is held is sent in any case: the charts follow the hand. */
const heldFor = 500;

/** Sends `patch` to the run in progress, once the hand rests. */
export function sendLive(context: Context, patch: ConfigPatch): void {
  const { waiting, later } = context;
  waiting.livePatch = { ...waiting.livePatch, ...patch };
  const flush = (): void => flushLive(context);
  if (!(Object.keys(patch) as ParameterId[]).every(isDragged)) {
    flush();
    return;
  }
  waiting.cancelRest?.();
  waiting.cancelRest = later(restFor, flush);
  waiting.cancelLive ??= later(heldFor, flush);
}

/** Whether a parameter can be moved along, over values that nobody means. */
function isDragged(id: ParameterId): boolean {
  const { kind } = specOf(id);
  return kind === 'number' || kind === 'curve';
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
  waiting.cancelRest?.();
  waiting.cancelLive?.();
  waiting.cancelRest = undefined;
  waiting.cancelLive = undefined;
  waiting.livePatch = {};
}
