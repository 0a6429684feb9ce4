/** The run as code of another framework, and a language model as it stands: one zip, saved as soon as it is ready. */
import { useEffect } from 'react';
import { tuningOf } from '../../params/model-kind.ts';
import { isLanguageTask } from '../../params/task-kind.ts';
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

/** `hasLora`: what was learned stands beside the weights. */
const modelOf = (hasLora: boolean) =>
  ({
    target: 'model',
    title: 'Trained model',
    line: `The weights as they now are (safetensors), with tokenizer and Python to ask them.${hasLora ? ' What LoRA learned is merged into them, and stands beside them by itself.' : ''}`,
  }) as const;

/** The Export button and its panel. */
export function ExportMenu() {
  return <Popover label="Export">{() => <ExportPanel />}</Popover>;
}

function ExportPanel() {
  const { exportRun, dismissExport } = useActions();
  const exported = useApp((state) => state.exported);
  const ofLanguage = useApp((state) => isLanguageTask(state.config.task));
  const hasLora = useApp((state) => tuningOf(state.config) === 'lora');
  // What was said about an earlier export is gone when the panel is opened again.
  useEffect(() => dismissExport, [dismissExport]);
  return (
    <>
      <h2>Take this run home</h2>
      <ul className={panels['presets']}>
        {(ofLanguage ? [...targets, modelOf(hasLora)] : targets).map(({ target, title, line }) => (
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
      return (
        <p className={panels['muted']}>
          {exported.target === 'model' ? 'Copying the weights…' : 'Training the first steps once more, for the check…'}
        </p>
      );
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
