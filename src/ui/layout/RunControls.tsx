/** Run and its siblings: always in reach, at the top on a desktop and at the bottom on a phone. */
import { useActions, useApp } from '../use-app.ts';
import buttons from './buttons.module.css';
import topBar from './top-bar.module.css';
import { RunToStep } from './RunToStep.tsx';

/** Run or Pause, one step, one epoch, to a step, Reset. */
export function RunControls() {
  const { run, pause, oneStep, oneEpoch, reset } = useActions();
  const running = useApp((state) => state.wantsToRun);
  return (
    <div className={topBar['run-controls']} role="group" aria-label="Run controls">
      <button type="button" className={buttons['primary']} aria-keyshortcuts="Space" onClick={running ? pause : run}>
        {running ? 'Pause' : 'Run'}
      </button>
      <span className={buttons['segments']}>
        <button type="button" onClick={oneStep}>
          One step
        </button>
        <button type="button" onClick={oneEpoch}>
          One epoch
        </button>
        <RunToStep />
        <button type="button" onClick={reset}>
          Reset
        </button>
      </span>
    </div>
  );
}
