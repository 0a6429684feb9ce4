/**
 * The state as a link, and a link as state.
 *
 * Idea: a link says what a run began with and which live changes acted on it since, never the values they led to: so it
 * repeats the run and not only its last settings.
 */
import { choicesOf, resolve } from '../params/config.ts';
import type { Config } from '../params/config.ts';
import type { Change } from '../params/changes.ts';
import { hiddenWith, hidingIds } from '../params/hiding.ts';
import { parameters } from '../params/table.ts';
import { fromHash, toHash } from '../params/url.ts';
import type { Context } from './context.ts';
import { allChanges } from './run-changes.ts';
import { freshRun, play } from './runs.ts';
import type { AppState } from './state.ts';

/** The hash that the address of the page should have. */
export function hashOf(state: AppState): string {
  return written(state, {});
}

/** The hash to hand on: as `hashOf`, with the engine that ran, and without starting by itself at the other end unless asked. */
export function sharedHash(state: AppState): string {
  const ran = parameters.engine.options.find((option) => option.value === state.run?.engine?.engine);
  return written(state, ran === undefined || state.dirty ? {} : { engine: ran.value });
}

function written(state: AppState, over: Partial<Pick<Config, 'engine'>>): string {
  const { config, changes } = beginning(state);
  const whole = resolve({ ...choicesOf(config), ...over });
  const view = state.projector ? ({ view: 'projector' } as const) : {};
  return toHash({ config: whole, changes, hide: hidingIds(state.hidden), lock: state.locked, run: state.autoRun, ...view });
}

/** What the present run began with, and the live changes that acted on it since. */
export function beginning({ run, config, dirty, planned }: AppState): { readonly config: Config; readonly changes: readonly Change[] } {
  if (run === undefined || dirty) return { config, changes: planned };
  return { config: { ...run.config, pace: config.pace }, changes: allChanges(run) };
}

/** A link with the switches that are set now: a starter experiment does not undo what a teacher has hidden, locked or projected. */
export function withPresentSwitches(state: AppState, hash: string): string {
  const view = state.projector ? ({ view: 'projector' } as const) : {};
  return toHash({ ...fromHash(hash).link, hide: hidingIds(state.hidden), lock: state.locked, ...view });
}

/** Takes over everything that a hash says, prepares its run, and starts it if the link asks for that. */
export function applyHash(context: Context, hash: string): void {
  const { state } = context;
  const { link, problems } = fromHash(hash);
  context.waiting.wish = undefined;
  state.setState({
    config: link.config,
    taken: state.getState().taken + 1,
    planned: link.changes,
    problems,
    hidden: hiddenWith(link.hide),
    locked: link.lock,
    projector: link.view === 'projector',
    autoRun: link.run,
    wantsToRun: false,
    firstVisit: hash.replace(/^#/, '') === '',
  });
  freshRun(context);
  if (link.run) play(context);
}
