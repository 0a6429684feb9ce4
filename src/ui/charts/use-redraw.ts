/** React's side of the redraw rules: size, visibility, and the latest value held back until the chart's turn comes. */
import { useEffect, useRef, useState, type RefObject } from 'react';
import { flushSync } from 'react-dom';
import { RedrawScheduler, type Drawable } from './redraw.ts';

/** One for the page: all charts and views take turns. */
export const pageRedraws = new RedrawScheduler({
  now: () => performance.now(),
  later: (task, milliseconds) => void setTimeout(task, milliseconds),
});

/** Size of an element in whole pixels, and the root font size in units of 16 px (projector mode enlarges it). */
export interface Size {
  readonly width: number;
  readonly height: number;
  readonly unit: number;
}

/** Follows the size of an element. 0 × 0 until measured. */
export function useSize(ref: RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0, unit: 1 });
  useEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      const unit = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
      const next = { width: Math.floor(entry.contentRect.width), height: Math.floor(entry.contentRect.height), unit };
      setSize((before) => (before.width === next.width && before.height === next.height && before.unit === next.unit ? before : next));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return size;
}

/** `latest`, but at the pace of the page's redraws and only while the element is in sight of a visible tab. */
export function usePaced<T>(ref: RefObject<HTMLElement | null>, latest: T): T {
  const [shown, setShown] = useState({ value: latest });
  const newest = useRef(latest);
  const chart = useRef<Drawable | undefined>(undefined);

  useEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    let inSight = true;
    const drawable: Drawable = {
      draw: () => flushSync(() => setShown((before) => (before.value === newest.current ? before : { value: newest.current }))),
      visible: () => inSight && !document.hidden,
    };
    chart.current = drawable;
    const observer = new IntersectionObserver((entries) => {
      inSight = entries.at(-1)?.isIntersecting ?? true;
      if (inSight) pageRedraws.request(drawable);
    });
    const onVisibility = (): void => pageRedraws.request(drawable);
    observer.observe(element);
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      observer.disconnect();
      document.removeEventListener('visibilitychange', onVisibility);
      pageRedraws.forget(drawable);
      chart.current = undefined;
    };
  }, [ref]);

  useEffect(() => {
    newest.current = latest;
    if (chart.current !== undefined && shown.value !== latest) pageRedraws.request(chart.current);
  }, [latest, shown]);

  return shown.value;
}
