/** Experiments to start from. Each is a link, opened as any other. */
import { presets } from '../../store/presets.ts';
import { useActions } from '../use-app.ts';
import styles from './panels.module.css';
import { Popover } from './Popover.tsx';

/** The "Try this" button and its list. */
export function TryMenu() {
  const { tryPreset } = useActions();
  return (
    <Popover label="Try this">
      {(close) => (
        <ul className={styles['presets']}>
          {presets.map((preset) => (
            <li key={preset.title}>
              <button
                type="button"
                onClick={() => {
                  tryPreset(preset.hash);
                  close();
                }}
              >
                <b>{preset.title}</b>
                <span>{preset.line}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Popover>
  );
}
