/** How fast a run is, in what its task is counted in. */
import { effectiveBatch } from '../params/effective.ts';
import type { AppState } from './state.ts';

/** Tokens that a language model is trained on in a second; undefined for rows of a table, and before there is a speed. */
export function tokensPerSecond({ run, config }: Pick<AppState, 'run' | 'config'>): number | undefined {
  const { description, snapshot } = run ?? {};
  if (description?.picture.kind !== 'tokens' || snapshot === undefined || snapshot.stepsPerSecond === 0) return undefined;
  return snapshot.stepsPerSecond * effectiveBatch(config) * (description.picture.length - 1);
}
