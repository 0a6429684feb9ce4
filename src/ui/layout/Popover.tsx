/** A button that opens a small panel beneath it. Closes on Escape, on a press elsewhere, and when focus moves on. */
import { useCallback, useEffect, useId, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import buttons from './buttons.module.css';
import popover from './popover.module.css';

interface PopoverProps {
  readonly label: ReactNode;
  /** Accessible name, where the label alone does not say enough. */
  readonly name?: string;
  readonly buttonClass?: string | undefined;
  /** Drawn when open; may close the panel. */
  readonly children: (close: () => void) => ReactNode;
}

/** The button and its panel. */
export function Popover({ label, name, buttonClass, children }: PopoverProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const panelId = useId();
  useEffect(() => {
    if (!open) return;
    const onPress = (event: PointerEvent) => {
      if (event.target instanceof Node && root.current?.contains(event.target) !== true) setOpen(false);
    };
    document.addEventListener('pointerdown', onPress);
    return () => document.removeEventListener('pointerdown', onPress);
  }, [open]);
  // What had the focus inside is gone: back to the button, never to nowhere.
  const wasOpen = useRef(false);
  useEffect(() => {
    if (wasOpen.current && !open && document.activeElement === document.body) button.current?.focus();
    wasOpen.current = open;
  }, [open]);
  const close = useCallback(() => setOpen(false), []);
  return (
    <div
      ref={root}
      className={popover['popover']}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && open) close();
      }}
      onBlur={(event) => {
        if (event.relatedTarget !== null && !event.currentTarget.contains(event.relatedTarget)) setOpen(false);
      }}
    >
      <button
        ref={button}
        type="button"
        className={buttonClass ?? buttons['button']}
        aria-label={name}
        aria-expanded={open}
        aria-controls={open ? panelId : undefined}
        onClick={() => setOpen(!open)}
      >
        {label}
      </button>
      {open ? (
        <div id={panelId} className={popover['popover-panel']}>
          {children(close)}
        </div>
      ) : null}
    </div>
  );
}
