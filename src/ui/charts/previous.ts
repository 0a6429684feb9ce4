/** The run before, beside the present one: whether the two can be compared at all, and in which settings they differ. */
import { differs, type Config } from '../../params/config.ts';
import { specOf, type ParameterId } from '../../params/table.ts';
import { wordsFor } from '../controls/value-words.ts';
import type { ChartInput, ChartRun } from './axis.ts';
import { hasTrained } from './axis.ts';

/** Settings named at most; of more it is said how many. */
const most = 3;

/** How a run is watched, which makes none of its curves another. */
const watching: readonly ParameterId[] = ['pace'];

/** The run before, where its losses are of the same task, and of the same text: others say nothing beside the present ones. */
export function comparable(previous: ChartRun | undefined, { task, text }: Config): ChartRun | undefined {
  if (previous?.config.task !== task) return undefined;
  return task === 'text' && previous.config.text !== text ? undefined : previous;
}

/** A setting of the run before and what it is now: `Fine-tune All weights (now LoRA)`. A setting that one run has not is left out there. */
function difference(id: ParameterId, before: Config, now: Config): string {
  const spec = specOf(id);
  const words = (config: Config): string => (spec.when(config) ? wordsFor(spec, config[id]) : 'not used');
  return `${spec.label} ${words(before)} (now ${words(now)})`;
}

/**
 * What told the run before from the present one, as both began: `previous run: Fine-tune All weights (now LoRA)`. Nothing without a
 * trained run before, or if nothing differs.
 */
export function previousInWords({ previous, run, config, stale }: ChartInput): readonly string[] {
  if (previous === undefined || !hasTrained(previous)) return [];
  const now = stale || run === undefined ? config : run.config;
  const before = previous.config;
  const both = (id: ParameterId): boolean => specOf(id).when(before) && specOf(id).when(now);
  const all = differs(before, now).filter((id) => !watching.includes(id) && (specOf(id).when(before) || specOf(id).when(now)));
  // What only one of them has follows from what both have: LoRA's rank from LoRA. It is named where nothing else is.
  const shared = all.filter(both);
  const named = shared.length > 0 ? shared : all;
  if (named.length === 0) return [];
  const said = named.slice(0, most).map((id) => difference(id, before, now));
  const rest = named.length - said.length;
  return [`previous run: ${said.join(', ')}${rest > 0 ? ` and ${String(rest)} more` : ''}`];
}
