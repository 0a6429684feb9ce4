/** What a run of the user's own text waits for, and which text it is. */
import type { AppState } from './state.ts';

/** Whether the configuration asks for a text that is not here. */
export function lacksText({ config, ownText }: Pick<AppState, 'config' | 'ownText'>): boolean {
  return config.task === 'text' && config.text === 'own' && ownText === undefined;
}

/** Fingerprint of the user's own text, where the configuration learns from it and it is here. */
export function textPrintOf({ config, ownText }: Pick<AppState, 'config' | 'ownText'>): string | undefined {
  return config.task === 'text' && config.text === 'own' ? ownText?.fingerprint : undefined;
}
