/** On a phone the columns are tabs: one shows, the others keep their state out of sight. */
import type { KeyboardEvent } from 'react';
import styles from './page.module.css';

/** The parts of the page that become tabs. */
export const parts = ['parameters', 'charts', 'learned'] as const;
export type Part = (typeof parts)[number];

const titles: Readonly<Record<Part, string>> = { parameters: 'Parameters', charts: 'Charts', learned: 'Learned' };

interface TabsProps {
  readonly shown: Part;
  readonly onShow: (part: Part) => void;
}

/** The row of tabs. Arrow keys move between them. */
export function PhoneTabs({ shown, onShow }: TabsProps) {
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const move = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = parts[(parts.indexOf(shown) + move + parts.length) % parts.length];
    if (move === 0 || next === undefined) return;
    event.preventDefault();
    onShow(next);
    document.getElementById(tabId(next))?.focus();
  };
  return (
    <div role="tablist" aria-label="Parts of the page" className={styles['tabs']} onKeyDown={onKeyDown}>
      {parts.map((part) => (
        <button
          key={part}
          type="button"
          role="tab"
          id={tabId(part)}
          aria-controls={panelId(part)}
          aria-selected={part === shown}
          tabIndex={part === shown ? 0 : -1}
          onClick={() => onShow(part)}
        >
          {titles[part]}
        </button>
      ))}
    </div>
  );
}

/** Id of the tab of a part. */
export function tabId(part: Part): string {
  return `tab-${part}`;
}

/** Id of what the tab shows. */
export function panelId(part: Part): string {
  return `part-${part}`;
}
