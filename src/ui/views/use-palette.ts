/** The theme's colours for canvases, which cannot read custom properties themselves; new ones when the theme changes. */
import { useEffect, useState } from 'react';
import { parseColor, type Rgb } from './colors.ts';

/** Colours of the theme in force. */
export interface Palette {
  readonly panel: Rgb;
  readonly sunken: Rgb;
  readonly text: Rgb;
  readonly muted: Rgb;
  readonly danger: Rgb;
  readonly classes: readonly Rgb[];
}

function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): Rgb => parseColor(style.getPropertyValue(name));
  return {
    panel: color('--panel'),
    sunken: color('--sunken'),
    text: color('--text'),
    muted: color('--muted'),
    danger: color('--danger'),
    classes: [0, 1, 2, 3].map((i) => color(`--class-${i}`)),
  };
}

/** The palette; follows `data-theme` and `data-projector` on the root element. */
export function usePalette(): Palette {
  const [palette, setPalette] = useState(readPalette);
  useEffect(() => {
    const update = (): void => setPalette(readPalette());
    const observer = new MutationObserver(update);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'data-projector', 'class'] });
    update();
    return () => observer.disconnect();
  }, []);
  return palette;
}
