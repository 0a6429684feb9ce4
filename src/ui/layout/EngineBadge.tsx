/** Which engine trains, how fast, and why this one. */
import { formatRate } from '../../shared/format.ts';
import { lacksText } from '../../store/lacks-text.ts';
import { engineName, repeatability, withEngineNames } from '../../store/repeatability.ts';
import { tokensPerSecond } from '../../store/speed.ts';
import type { EngineReport } from '../../trainer/trainer.ts';
import { useApp, useShown } from '../use-app.ts';
import panels from './panels.module.css';
import topBar from './top-bar.module.css';
import { engineSpeeds } from './engine-speeds.ts';
import { Popover } from './Popover.tsx';

/** The badge in the top bar, and the measurements behind it. */
export function EngineBadge() {
  const report = useShown((state) => state.run?.engine);
  const speed = useShown((state) => state.run?.snapshot?.stepsPerSecond ?? 0);
  const tokens = useShown(tokensPerSecond);
  const waits = useShown(lacksText);
  if (report === undefined) return <span className={topBar['badge']}>{waits ? 'no engine yet' : 'measuring engines…'}</span>;
  const rates = [
    ...(tokens === undefined ? [] : [`${formatRate(tokens)} tokens/s`]),
    ...(speed > 0 ? [`${formatRate(speed)} steps/s`] : []),
  ];
  // There is room for one; the panel says both.
  const words = [engineName(report.engine), ...rates.slice(0, 1)].join(' · ');
  return (
    <Popover label={words} name={`Engine: ${words}`} buttonClass={topBar['badge']}>
      {() => <Report report={report} rates={rates} />}
    </Popover>
  );
}

function Report({ report, rates }: { readonly report: EngineReport; readonly rates: readonly string[] }) {
  const promise = useApp((state) => repeatability(state)?.promise);
  const speeds = engineSpeeds(report);
  return (
    <>
      <h2>{engineName(report.engine)}</h2>
      {rates.length < 2 ? null : <p>Training at {rates.join(', ')}.</p>}
      <p>{withEngineNames(report.why)}</p>
      {promise === undefined ? null : <p>{promise}</p>}
      <p className={panels['muted']}>Device: {report.device}</p>
      {speeds.length === 0 ? null : (
        <table className={panels['table']}>
          <thead>
            <tr>
              <th scope="col">Engine</th>
              <th scope="col">Speed</th>
            </tr>
          </thead>
          <tbody>
            {speeds.map(({ engine, words, isMeasured }) => (
              <tr key={engine}>
                <th scope="row">{engineName(engine)}</th>
                <td className={isMeasured ? undefined : panels['muted']}>{words}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {speeds.some(({ isMeasured }) => isMeasured) ? (
        <p className={panels['muted']}>
          Measured without charts, before the run. The badge shows the speed of the run at the pace that is set.
        </p>
      ) : null}
    </>
  );
}
