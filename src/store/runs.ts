/**
 * Starting, driving and ending runs.
 *
 * Idea: a run is prepared as soon as its configuration is known, so that Run answers at once. A wish (play, advance)
 * made before the preparation is done waits and is granted by the first snapshot. `startFrom` is the only way to a new
 * run and the only place that moves the present one behind it.
 */
import type { Amount, Checkpoint, RunSnapshot } from '../trainer/trainer.ts';
import type { Context, Wish } from './context.ts';
import { describeConfig } from './describe.ts';
import { dropLive, flushLive } from './live.ts';
import { speedOf } from './pace.ts';
import { lacksText, textPrintOf } from './lacks-text.ts';
import { ownChanges } from './run-changes.ts';
import type { RunRecord } from './state.ts';

/** Steps have been made, or are being made, and more can follow. */
export function inProgress(snapshot: RunSnapshot | undefined): boolean {
  return snapshot !== undefined && snapshot.phase !== 'ended' && (snapshot.phase === 'running' || snapshot.step > 0);
}

/** Prepares a run of the present configuration; the present one becomes the previous one if it has steps. */
export function freshRun(context: Context): void {
  startFrom(context);
}

/** As `freshRun`, going on from a checkpoint if there is one. */
export function startFrom(context: Context, checkpoint?: Checkpoint): void {
  const { state, trainer, waiting } = context;
  const { run, previous, config, planned } = state.getState();
  dropLive(context);
  waiting.cancelFresh?.();
  waiting.cancelFresh = undefined;
  waiting.extended = false;
  waiting.advancing = false;
  waiting.prepared = false;
  const behind = run !== undefined && (run.snapshot?.step ?? 0) > 0 ? run : previous;
  const textPrint = textPrintOf(state.getState());
  const fresh: RunRecord = {
    ...{ id: waiting.nextRunId++, config, planned },
    ...(textPrint === undefined ? {} : { textPrint }),
    ...(checkpoint ? { checkpoint } : {}),
  };
  state.setState({ run: fresh, dirty: false, ...(behind === undefined ? {} : { previous: behind }) });
  if (lacksText(state.getState())) {
    // Nothing can be prepared; the run before must not train on unseen.
    trainer.pause();
    state.setState({ description: undefined });
    return;
  }
  trainer.start(fresh.id, config, planned, checkpoint);
  describeConfig(context);
}

/** Marks the prepared run as out of date, and prepares another after a moment unless `wait` leaves that to Run. */
export function outdate(context: Context, when: 'soon' | 'onRun'): void {
  const { state, later, waiting } = context;
  state.setState({ dirty: true });
  if (when === 'onRun') return;
  waiting.cancelFresh?.();
  waiting.cancelFresh = later(150, () => {
    waiting.cancelFresh = undefined;
    keepRunning(context);
    freshRun(context);
  });
}

/** The run about to be prepared trains on if the one before was training; on its way to a step, it had been asked for no more. */
function keepRunning({ state, waiting }: Context): void {
  if (waiting.wish !== undefined) return;
  if (state.getState().wantsToRun && !waiting.advancing) waiting.wish = { kind: 'play' };
  else state.setState({ wantsToRun: false });
}

/** Grants what is wished as soon as there is a prepared run to grant it to. */
export function grantWish(context: Context): void {
  const { state, trainer, waiting } = context;
  const { run, dirty, config } = state.getState();
  const { wish } = waiting;
  const snapshot = run?.snapshot;
  if (dirty || snapshot === undefined || !waiting.prepared) return;
  // Without a timer they wait for this: they were made before there was a thread to hear them.
  if (waiting.cancelLive === undefined) flushLive(context);
  if (wish === undefined) return;
  waiting.wish = undefined;
  flushLive(context);
  if (wish.kind === 'play') {
    trainer.play(speedOf(config, snapshot.plan));
  } else {
    waiting.advancing = true;
    trainer.advance(wish.amount);
  }
}

function wishFor(context: Context, wish: Wish, wantsToRun: boolean): void {
  const { state, waiting } = context;
  const { run, dirty } = state.getState();
  const ended = run?.snapshot?.phase === 'ended' && !waiting.extended;
  waiting.wish = wish;
  waiting.advancing = false;
  state.setState({ wantsToRun, firstVisit: false });
  if (ended && !dirty) rewind(context);
  if (run === undefined || dirty || ended) freshRun(context);
  grantWish(context);
}

/** Trains until paused or at an end. */
export function play(context: Context): void {
  wishFor(context, { kind: 'play' }, true);
}

/** Trains so far and pauses. */
export function advance(context: Context, amount: Amount): void {
  wishFor(context, { kind: 'advance', amount }, !('steps' in amount));
}

/** Stops pulling; the run stays as it is. */
export function pause(context: Context): void {
  context.waiting.wish = undefined;
  context.state.setState({ wantsToRun: false });
  context.trainer.pause();
}

/** Back to step 0 with the values on the controls. */
export function reset(context: Context): void {
  context.waiting.wish = undefined;
  if (!context.state.getState().dirty) rewind(context);
  context.state.setState({ wantsToRun: false });
  freshRun(context);
}

/**
 * Decides what a repetition starts from. If only changes of a link have acted, the repetition is that of the link: its first
 * values, its changes. If the user has moved a control in between, the values on the controls stay and no change is replayed.
 */
function rewind({ state }: Context): void {
  const { run, planned, config } = state.getState();
  if (run === undefined) return;
  // Pace is how a run is watched, not part of it: it is never taken back.
  if (ownChanges(run).length === 0) state.setState({ config: { ...run.config, pace: config.pace }, planned: run.planned });
  else if (planned.length > 0) state.setState({ planned: [] });
}
