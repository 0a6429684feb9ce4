/** The run as a link: copied to the clipboard, shown to be copied by hand, and as a QR code for the back row. */
import { lazy, Suspense, useCallback, useContext, useEffect, useState } from 'react';
import { sharedHash } from '../../store/link.ts';
import { AppContext, useApp } from '../use-app.ts';
import buttons from './buttons.module.css';
import panels from './panels.module.css';
import { Popover } from './Popover.tsx';

const QrCode = lazy(async () => ({ default: (await import('./QrCode.tsx')).QrCode }));

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
  const ownText = useApp(({ config }) => config.task === 'text' && config.text === 'own');
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
      <p>
        The link holds every setting and each live change so far.
        {ownText ? ' It does not carry your text: whoever opens it is asked for one.' : ''}
      </p>
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
      <Suspense fallback={<div className={panels['qr']} aria-busy="true" />}>
        <QrCode text={link} />
      </Suspense>
      <p className={panels['muted']}>It repeats bit for bit on the same engine and device; elsewhere within tolerance.</p>
    </>
  );
}
