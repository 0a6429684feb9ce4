/** Light, dark or as the system; and the projector. */
import type { Theme } from '../../store/state.ts';
import { useActions, useApp } from '../use-app.ts';
import buttons from './buttons.module.css';
import panels from './panels.module.css';
import { Popover } from './Popover.tsx';

const themes: readonly { readonly value: Theme; readonly label: string }[] = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

/** The Theme button and its panel. */
export function ThemeMenu() {
  const { setTheme, setProjector } = useActions();
  const theme = useApp((state) => state.theme);
  const projector = useApp((state) => state.projector);
  return (
    <Popover label={<HalfDisc />} name="Theme" buttonClass={buttons['icon-button']}>
      {() => (
        <>
          <fieldset className={panels['radios']}>
            <legend>Theme</legend>
            {themes.map(({ value, label }) => (
              <label key={value}>
                <input type="radio" name="theme" checked={theme === value} onChange={() => setTheme(value)} />
                {label}
              </label>
            ))}
          </fieldset>
          <label className={panels['check']}>
            <input type="checkbox" checked={projector} onChange={(event) => setProjector(event.target.checked)} />
            Projector: larger type, thicker lines, light
          </label>
        </>
      )}
    </Popover>
  );
}

function HalfDisc() {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M8 1.75a6.25 6.25 0 0 1 0 12.5z" fill="currentColor" />
    </svg>
  );
}
