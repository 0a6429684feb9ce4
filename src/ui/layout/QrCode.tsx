/** A link as a QR code, loaded when somebody shares. */
import type { ReactElement } from 'react';
import { encode } from 'uqr';
import panels from './panels.module.css';

/** One path of unit squares. A link too long for a code is not shown as one. */
export function QrCode({ text }: { readonly text: string }): ReactElement {
  const code = qrPath(text);
  if (code === undefined) return <p className={panels['muted']}>This link is too long for a QR code.</p>;
  return (
    <svg className={panels['qr']} viewBox={`0 0 ${String(code.size)} ${String(code.size)}`} role="img" aria-label="QR code of the link">
      <rect width="100%" height="100%" fill="white" />
      <path d={code.path} fill="black" shapeRendering="crispEdges" />
    </svg>
  );
}

function qrPath(text: string): { readonly size: number; readonly path: string } | undefined {
  try {
    const { size, data } = encode(text, { ecc: 'L', border: 2 });
    const squares = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${String(x)} ${String(y)}h1v1h-1z`] : [])));
    return { size, path: squares.join('') };
  } catch {
    return undefined;
  }
}
