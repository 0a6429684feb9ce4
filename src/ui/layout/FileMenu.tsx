/** The run as a file: saved to go on with later or elsewhere, and opened again by choosing the file or dropping it on the page. */
import { useContext, useEffect, useRef, useState } from 'react';
import { formatCount } from '../../shared/format.ts';
import { runFile } from '../../store/run-file.ts';
import { AppContext, useActions, useApp } from '../use-app.ts';
import { download } from './download.ts';
import buttons from './buttons.module.css';
import panels from './panels.module.css';
import { Popover } from './Popover.tsx';

/** The File button and its panel; the whole page takes dropped files. */
export function FileMenu() {
  return (
    <>
      <Popover label="File">{(close) => <FilePanel close={close} />}</Popover>
      <DropTarget />
    </>
  );
}

function FilePanel({ close }: { readonly close: () => void }) {
  const store = useContext(AppContext);
  const step = useApp((state) => state.run?.checkpoint?.step);
  const { openFile } = useActions();
  const input = useRef<HTMLInputElement>(null);
  const save = () => {
    const file = store && runFile(store.state.getState());
    if (file) download(file.name, file.bytes);
    close();
  };
  return (
    <>
      <h2>This run as a file</h2>
      <p>
        Weights, optimizer state, position in the data, curves, and every setting: opened again, it goes on exactly where it stood. Other
        programs read the weights too (safetensors).
      </p>
      <button type="button" className={buttons['primary']} disabled={step === undefined} onClick={save}>
        {step === undefined ? 'Save run' : `Save run at step ${formatCount(step)}`}
      </button>
      {step === undefined ? <p className={panels['muted']}>There is nothing to save before the first step.</p> : null}
      <h2>A saved run</h2>
      <p>Choose a file here, or drop it anywhere on the page. The present run stays visible behind it.</p>
      <input
        ref={input}
        type="file"
        accept=".safetensors"
        aria-label="Run file"
        hidden
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) openFile(file);
          close();
        }}
      />
      <button type="button" className={buttons['button']} onClick={() => input.current?.click()}>
        Open run…
      </button>
    </>
  );
}

/** Says that a file may be dropped while one is held over the page. */
function DropTarget() {
  const { openFile, takeText } = useActions();
  const learnsText = useApp((state) => state.config.task === 'text');
  const [over, setOver] = useState(false);
  useEffect(() => {
    const holdsFile = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    const onOver = (event: DragEvent) => {
      if (!holdsFile(event)) return;
      event.preventDefault();
      setOver(true);
    };
    // Leaving for a child of the page is not leaving the page.
    const onLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent) => {
      if (!holdsFile(event)) return;
      event.preventDefault();
      setOver(false);
      const file = event.dataTransfer?.files[0];
      if (file === undefined) return;
      if (learnsText && !/\.safetensors$/i.test(file.name)) takeText(file);
      else openFile(file);
    };
    document.addEventListener('dragover', onOver);
    document.addEventListener('dragleave', onLeave);
    document.addEventListener('drop', onDrop);
    return () => {
      document.removeEventListener('dragover', onOver);
      document.removeEventListener('dragleave', onLeave);
      document.removeEventListener('drop', onDrop);
    };
  }, [openFile, takeText, learnsText]);
  return over ? (
    <div className={panels['drop-target']}>
      {learnsText ? 'Drop a text to learn from, or a saved run to go on with' : 'Drop a saved run to go on with it'}
    </div>
  ) : null;
}
