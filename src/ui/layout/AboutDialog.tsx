/** What this is, what becomes of your data (nothing), the keys, and whose data and programs it stands on. */
import { useRef, useState } from 'react';
import { shippedModel } from '../../params/shipped-model.ts';
import { readAttributions } from './attributions.ts';
import type { Attribution } from './attributions.ts';
import { ModelCardView } from './ModelCardView.tsx';
import { readModelCard } from './model-card.ts';
import type { ModelCard } from './model-card.ts';
import buttons from './buttons.module.css';
import dialogStyles from './dialog.module.css';

/** The About button and its dialog. */
export function AboutDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [sources, setSources] = useState<readonly Attribution[]>();
  const [card, setCard] = useState<ModelCard | null>();
  const open = () => {
    dialog.current?.showModal();
    if (shippedModel && card === undefined) readModelCard().then(setCard, () => setCard(null));
    if (sources === undefined) readAttributions().then(setSources, () => setSources([]));
  };
  return (
    <>
      <button type="button" className={buttons['icon-button']} aria-label="About" onClick={open}>
        i
      </button>
      <dialog ref={dialog} className={dialogStyles['dialog']} aria-labelledby="about-title">
        <h2 id="about-title">About Tuning Fork</h2>
        <p>
          A playground for the ten parameters that decide how a neural network trains. Every curve is a real model, trained in this browser,
          while you watch.
        </p>
        <p>
          <b>Nothing leaves the browser.</b> There is no account, no server and no measurement of visitors. After one visit the page works
          without a network. A link you share holds settings only.
        </p>
        <p>
          <a href="./reference.html">All parameters</a>: what each means, its range, its formula, its names elsewhere and its source.
        </p>
        <h3>Keys</h3>
        <p>
          <kbd>Space</kbd> runs and pauses. <kbd>Tab</kbd> goes from control to control, arrow keys move sliders and choices,{' '}
          <kbd>Enter</kbd> takes a typed value, <kbd>Esc</kbd> gives it up.
        </p>
        <h3>Data</h3>
        <Sources sources={sources} />
        {shippedModel && (
          <>
            <h3>Pretrained model</h3>
            <ModelCardView card={card} />
          </>
        )}
        <h3>Programs</h3>
        <p>
          Tuning Fork is under the Apache License 2.0. It uses TensorFlow.js (Apache-2.0), React, Recharts, zustand, fflate and uqr (MIT),
          and the typeface Inter (SIL Open Font License).
        </p>
        <form method="dialog">
          <button type="submit" className={buttons['primary']}>
            Close
          </button>
        </form>
      </dialog>
    </>
  );
}

function Sources({ sources }: { readonly sources: readonly Attribution[] | undefined }) {
  if (sources === undefined) return <p>Reading the list…</p>;
  if (sources.length === 0) return <p>The list of data sources could not be read. Data made by formula belong to nobody.</p>;
  return (
    <ul className={dialogStyles['sources']}>
      {sources.map((source) => (
        <li key={source.title}>
          <b>{source.title}</b>: {source.attribution} {source.changes} Licence:{' '}
          {source.licenceUrl.startsWith('https:') ? <a href={source.licenceUrl}>{source.licence}</a> : source.licence}. Made from{' '}
          {source.source}.
        </li>
      ))}
    </ul>
  );
}
