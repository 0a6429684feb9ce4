/** A canvas as wide as its place, sharp on any screen, with words for those who cannot see it. */
import { useEffect, useRef, type ReactElement } from 'react';
import { useSize } from '../charts/use-redraw.ts';

interface Props {
  /** Height over width. */
  readonly ratio: number;
  readonly label: string;
  /** Draws in CSS pixels. Called again when it or the size changes: give it a stable identity. */
  readonly draw: (context: CanvasRenderingContext2D, width: number, height: number, unit: number) => void;
}

/** The canvas. */
export function CanvasPicture({ ratio, label, draw }: Props): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, unit } = useSize(place);
  const height = Math.round(width * ratio);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (canvas.current === null || context === null || context === undefined || width === 0) return;
    const density = Math.min(3, window.devicePixelRatio || 1);
    canvas.current.width = Math.round(width * density);
    canvas.current.height = Math.round(height * density);
    context.scale(density, density);
    draw(context, width, height, unit);
  }, [draw, width, height, unit]);
  return (
    <div ref={place} className="learned-canvas" role="img" aria-label={label}>
      <canvas ref={canvas} style={{ width, height }} />
    </div>
  );
}
