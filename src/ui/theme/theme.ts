/**
 * Puts the chosen theme on the document, follows the system while "system" is chosen, and remembers the choice.
 * Storage may be absent or throw (private windows, sandboxed frames): then the choice lasts as long as the page.
 */
import type { Theme } from '../../store/state.ts';

const storageKey = 'tuning-fork-theme';

/** The remembered theme, or `system`. */
export function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(storageKey);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    return 'system';
  }
}

/** Remembers the theme where the browser lets it. */
export function rememberTheme(theme: Theme): void {
  try {
    if (theme === 'system') localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, theme);
  } catch {
    // Nothing to remember it in: the page works without.
  }
}

/** Colours and sizes now in force: sets `data-theme` and `data-projector` on the root element. */
export function applyTheme(theme: Theme, projector: boolean): void {
  const root = document.documentElement;
  const systemDark = matchMedia('(prefers-color-scheme: dark)').matches;
  const dark = !projector && (theme === 'dark' || (theme === 'system' && systemDark));
  root.dataset['theme'] = dark ? 'dark' : 'light';
  root.dataset['projector'] = projector ? 'on' : 'off';
}

/** Calls `listener` when the system changes between light and dark. Returns the way to stop. */
export function onSystemThemeChange(listener: () => void): () => void {
  const query = matchMedia('(prefers-color-scheme: dark)');
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}
