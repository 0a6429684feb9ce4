/** What the user should know and may dismiss: unusable parts of a link, faults, a silent engine, a first hint. */
import { formatCount } from '../../shared/format.ts';
import { lacksText } from '../../store/lacks-text.ts';
import { engineName, repeatability, withEngineNames } from '../../store/repeatability.ts';
import type { Fault } from '../../trainer/trainer.ts';
import { ChooseText } from '../controls/ChooseText.tsx';
import { useActions, useApp } from '../use-app.ts';
import buttons from './buttons.module.css';
import notices from './notices.module.css';

/** All notices that apply now. */
export function Notices() {
  return (
    <div className={notices['notices']}>
      <LinkProblems />
      <LacksText />
      <FileProblem />
      <FaultBanner />
      <SilentBanner />
      <OtherEngine />
      <Hint />
    </div>
  );
}

function LinkProblems() {
  const problems = useApp((state) => state.problems);
  const { dismissProblems } = useActions();
  if (problems.length === 0) return null;
  return (
    <div role="alert" className={notices['warning']}>
      <div>
        <b>
          {problems.length === 1
            ? 'One part of the link could not be used'
            : `${String(problems.length)} parts of the link could not be used`}
        </b>
        <span> The rest is in force.</span>
        <ul>
          {problems.map((problem, index) => (
            <li key={index}>{problem.message}</li>
          ))}
        </ul>
      </div>
      <button type="button" className={buttons['button']} onClick={dismissProblems}>
        Dismiss
      </button>
    </div>
  );
}

/** A link about a text of somebody's own does not carry it: whoever opens it must bring one, or take another. */
function LacksText() {
  const lacks = useApp(lacksText);
  const problem = useApp((state) => state.textProblem);
  const { setParameter } = useActions();
  if (!lacks) return null;
  return (
    <div role="alert" className={notices['warning']}>
      <div>
        <b>{problem ?? 'The text of your own is not here yet.'}</b> Choose one, or paste one under Data: it stays in this browser, and no
        link carries it. Training waits for it; everything else is set.
      </div>
      <ChooseText className={buttons['primary']} />
      <button type="button" className={buttons['button']} onClick={() => setParameter('text', 'stories')}>
        Learn from stories instead
      </button>
    </div>
  );
}

function FileProblem() {
  const problem = useApp((state) => state.fileProblem);
  const { dismissFileProblem } = useActions();
  if (problem === undefined) return null;
  return (
    <div role="alert" className={notices['warning']}>
      <div>
        <b>{problem}</b> Nothing was changed.
      </div>
      <button type="button" className={buttons['button']} onClick={dismissFileProblem}>
        Dismiss
      </button>
    </div>
  );
}

function FaultBanner() {
  const fault = useApp((state) => state.run?.fault);
  const checkpointStep = useApp((state) => state.run?.checkpoint?.step);
  const { goOn, restartFromCheckpoint } = useActions();
  if (fault === undefined) return null;
  const goesOn = fault.continuesOn !== undefined;
  return (
    <div role="alert" className={goesOn ? notices['warning'] : notices['fault']}>
      <div>
        <b>{withEngineNames(fault.message)}</b> {keptWords(fault)}
      </div>
      {goesOn ? (
        <button type="button" className={buttons['button']} onClick={goOn}>
          Go on
        </button>
      ) : (
        <button type="button" className={buttons['primary']} onClick={restartFromCheckpoint}>
          {restartWords(fault.kind === 'badCheckpoint' ? undefined : checkpointStep)}
        </button>
      )}
    </div>
  );
}

function keptWords({ continuesOn, keptStep }: Fault): string {
  const kept = keptStep > 0 ? `Everything up to step ${formatCount(keptStep)} is kept.` : 'The settings are kept.';
  return continuesOn === undefined ? kept : `${kept} The run goes on with ${engineName(continuesOn)}.`;
}

function restartWords(step: number | undefined): string {
  return step === undefined ? 'Start again' : `Restart from step ${formatCount(step)}`;
}

function SilentBanner() {
  const pulse = useApp((state) => state.pulse);
  const checkpointStep = useApp((state) => state.run?.checkpoint?.step);
  const { restartFromCheckpoint } = useActions();
  if (pulse !== 'silent') return null;
  return (
    <div role="alert" className={notices['fault']}>
      <div>
        <b>The engine has not answered for 15 seconds.</b> It may be in a very long step, or it has died. You can wait, or open a new one.
      </div>
      <button type="button" className={buttons['primary']} onClick={restartFromCheckpoint}>
        {restartWords(checkpointStep)}
      </button>
    </div>
  );
}

/** Said without being asked only where a link cannot be repeated exactly. */
function OtherEngine() {
  const notice = useApp((state) => repeatability(state)?.notice);
  return notice === undefined ? null : <div className={notices['hint']}>{notice}</div>;
}

function Hint() {
  const firstVisit = useApp((state) => state.firstVisit);
  const { dismissHint } = useActions();
  if (!firstVisit) return null;
  return (
    <div className={notices['hint']}>
      <span>
        New here? Choose <b>Try this ▸ A rate that is too high</b>, press <b>Run</b>, watch the loss jump, and lower <b>Learning rate</b> to
        0.2.
      </span>
      <button type="button" className={buttons['button']} onClick={dismissHint}>
        Got it
      </button>
    </div>
  );
}
