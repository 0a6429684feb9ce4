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

/** What is learned from: the configuration in force, and the fingerprint of the user's own text where that is learned. */
type LearnedFrom = Pick<ChartRun, 'config' | 'textPrint'>;

/** Whether both are of texts, and of different ones. Of two own texts that holds if both are known: one without a fingerprint may be the same. */
function onAnotherText(previous: LearnedFrom | undefined, { config, textPrint }: LearnedFrom): boolean {
  if (previous?.config.task !== 'text' || config.task !== 'text') return false;
  if (previous.config.text !== config.text) return true;
  return config.text === 'own' && ![previous.textPrint, textPrint].includes(undefined) && previous.textPrint !== textPrint;
}

/**
 * The run before, where its losses are of the same task, and of the same text: others say nothing beside the present ones. Of another text it is
 * told, since a change of the text may be hard to see.
 */
export function comparable(previous: ChartRun | undefined, now: LearnedFrom): Pick<ChartInput, 'previous' | 'otherText'> {
  if (onAnotherText(previous, now)) return { otherText: hasTrained(previous) };
  return previous?.config.task === now.config.task ? { previous } : {};
}

/** A setting of the run before and what it is now: `Fine-tune All weights (now LoRA)`. A setting that one run has not is left out there. */
function difference(id: ParameterId, before: Config, now: Config): string {
  const spec = specOf(id);
  const words = (config: Config): string => (spec.when(config) ? wordsFor(spec, config[id]) : 'not used');
  return `${spec.label} ${words(before)} (now ${words(now)})`;
}

/**
 * What told the run before from the present one, as both began: `previous run: Fine-tune All weights (now LoRA)`. Nothing without a
 * trained run before, or if nothing differs. A run on another text is no comparison, and that is all that is said of it.
 */
export function previousInWords({ previous, otherText, run, config, stale }: ChartInput): readonly string[] {
  if (otherText === true) return ['previous run: on another text, so not drawn'];
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
