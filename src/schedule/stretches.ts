/**
 * The plan of a run that will be changed on the way, as a link can ask: stretch by stretch, each under its own configuration and plan, by the
 * code that puts changes into force when the run is made.
 */
import type { Change } from '../params/changes.ts';
import { patchOf } from '../params/changes.ts';
import type { Config, ConfigPatch } from '../params/config.ts';
import { cursorAt, replan } from './plan.ts';
import type { Plan } from './plan.ts';

/** From step `from` on, until the next stretch begins or the plan ends. */
export interface Stretch {
  readonly from: number;
  readonly config: Config;
  readonly plan: Plan;
}

/** More than can be told apart on a chart; the stretches after these are not planned. */
const mostStretches = 100;

/** The stretches of a plan; the first begins at step 0. `changes` by step, none before the anchor of the plan. */
export function stretchesOf(config: Config, plan: Plan, changes: readonly Change[], trainingSize: number): readonly Stretch[] {
  const patches = new Map<number, ConfigPatch>();
  for (const change of changes) patches.set(change.step, { ...patches.get(change.step), ...patchOf(change) });
  const stretches: Stretch[] = [];
  let last: Stretch = { from: 0, config, plan };
  for (const [step, patch] of patches) {
    if (step > last.plan.totalSteps || stretches.length >= mostStretches) break;
    const changed = { ...last.config, ...patch };
    const plan = replan(last, changed, cursorAt(last, step), trainingSize);
    // One that comes at the very end acts if it gives the run more to do.
    if (step === last.plan.totalSteps && plan.totalSteps <= step) break;
    if (step > last.from) stretches.push(last);
    last = { from: step, config: changed, plan };
  }
  return [...stretches, last];
}
