/** What a run of the user's own text waits for. */
import type { AppState } from './state.ts';

/** Whether the configuration asks for a text that is not here. */
export function lacksText({ config, ownText }: Pick<AppState, 'config' | 'ownText'>): boolean {
  return config.task === 'text' && config.text === 'own' && ownText === undefined;
}
