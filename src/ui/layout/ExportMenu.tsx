/** The run as code of another framework: one zip, saved as soon as it is ready. */
import { useEffect } from 'react';
import type { ExportState } from '../../store/state.ts';
import { useActions, useApp } from '../use-app.ts';
import { download } from './download.ts';
import buttons from './buttons.module.css';
import panels from './panels.module.css';
import { Popover } from './Popover.tsx';

const targets = [
  {
    target: 'pytorch',
    title: 'PyTorch',
    line: 'A script that reads well, with data, first weights and a check that finds this curve again.',
  },
  { target: 'keras', title: 'Keras', line: 'Code only, to start from: it says where Keras computes something else.' },
] as const;

/** The Export button and its panel. */
export function ExportMenu() {
  return <Popover label="Export">{() => <ExportPanel />}</Popover>;
}

function ExportPanel() {
  const { exportRun, dismissExport } = useActions();
  const exported = useApp((state) => state.exported);
  // What was said about an earlier export is gone when the panel is opened again.
  useEffect(() => dismissExport, [dismissExport]);
  return (
    <>
      <h2>Take this run home</h2>
      <ul className={panels['presets']}>
        {targets.map(({ target, title, line }) => (
          <li key={target}>
            <button type="button" disabled={exported?.kind === 'working'} onClick={() => exportRun(target)}>
              <b>{title}</b>
              <span>{line}</span>
            </button>
          </li>
        ))}
      </ul>
      <div aria-live="polite">{exported === undefined ? null : <Outcome exported={exported} />}</div>
    </>
  );
}

function Outcome({ exported }: { readonly exported: ExportState }) {
  switch (exported.kind) {
    case 'working':
      return <p className={panels['muted']}>Training the first steps once more, for the check…</p>;
    case 'refused':
      return <p>{exported.message}</p>;
    case 'ready':
      return <Download key={exported.fileName} fileName={exported.fileName} zip={exported.zip} />;
  }
}

/** Saves the file at once, and offers it again in case the browser did not. */
function Download({ fileName, zip }: { readonly fileName: string; readonly zip: Uint8Array<ArrayBuffer> }) {
  useEffect(() => download(fileName, zip), [fileName, zip]);
  return (
    <p>
      Saved as {fileName}.{' '}
      <button type="button" className={buttons['button']} onClick={() => download(fileName, zip)}>
        Save again
      </button>
    </p>
  );
}
