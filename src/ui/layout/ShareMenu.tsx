/** The run as a link: copied to the clipboard, shown to be copied by hand, and as a QR code for the back row. */
import { useCallback, useContext, useEffect, useState } from 'react';
import { encode } from 'uqr';
import { sharedHash } from '../../store/link.ts';
import { AppContext } from '../use-app.ts';
import buttons from './buttons.module.css';
import panels from './panels.module.css';
import { Popover } from './Popover.tsx';

/** The Share button and its panel. */
export function ShareMenu() {
  return <Popover label="Share">{() => <SharePanel />}</Popover>;
}

/** The address of this page with the hash of the present run. */
function useSharedLink(): string {
  const store = useContext(AppContext);
  const [link] = useState(() => {
    const { origin, pathname, search } = location;
    return `${origin}${pathname}${search}${store === undefined ? '' : sharedHash(store.state.getState())}`;
  });
  return link;
}

function SharePanel() {
  const link = useSharedLink();
  const [copied, setCopied] = useState<'not yet' | 'yes' | 'refused'>('not yet');
  const copy = useCallback(() => {
    // The clipboard is absent without a secure context and may refuse inside a frame: the field remains.
    const written = (navigator as Partial<Navigator>).clipboard?.writeText(link) ?? Promise.reject(new Error('no clipboard'));
    written.then(
      () => setCopied('yes'),
      () => setCopied('refused'),
    );
  }, [link]);
  // Opening the panel is the wish to copy.
  useEffect(copy, [copy]);
  return (
    <>
      <h2>Share this run</h2>
      <p>The link holds every setting and each live change so far.</p>
      <label className={panels['link-label']}>
        Link
        <input readOnly value={link} onFocus={(event) => event.target.select()} />
      </label>
      <button type="button" className={buttons['primary']} onClick={copy}>
        Copy link
      </button>
      <p aria-live="polite" className={panels['muted']}>
        {copied === 'yes'
          ? 'Copied to the clipboard.'
          : copied === 'refused'
            ? 'The browser did not allow it: select the link and copy it.'
            : ''}
      </p>
      <QrCode text={link} />
      <p className={panels['muted']}>It repeats bit for bit on the same engine and device; elsewhere within tolerance.</p>
    </>
  );
}

/** One path of unit squares. A link too long for a code is not shown as one. */
function QrCode({ text }: { readonly text: string }) {
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
