/** What a run has to say to a group of parameters: how often clipping acted, which batches pay, and what a model takes. */
import { effectiveBatch } from '../../params/effective.ts';
import { lazy, Suspense } from 'react';
import type { ReactElement } from 'react';
import type { GroupId } from '../../params/kinds.ts';
import { isHeadParted } from '../../params/model-kind.ts';
import { formatNumber, formatPercent } from '../../shared/format.ts';
import { costInWords } from './cost-words.ts';
import { noiseAdvice, noiseScaleText } from '../noise-words.ts';
import { useActions, useApp, useShown } from '../use-app.ts';
import styles from './controls.module.css';

/** The notes of a group; most have none. */
export function GroupNotes({ group }: { readonly group: GroupId }): ReactElement | null {
  if (group === 'clipping') return <ClippingNotes />;
  if (group === 'model') return <CostNote />;
  if (group === 'data') return <OwnTextNote />;
  return group === 'batchSize' ? <NoiseNote /> : null;
}

/** Loaded where a text of one's own is asked for. */
const OwnTextBox = lazy(async () => ({ default: (await import('../language/OwnTextBox.tsx')).OwnTextBox }));

/** What a text of the user's own comes by. */
function OwnTextNote(): ReactElement | null {
  const asked = useApp(({ config }) => config.task === 'text' && config.text === 'own');
  if (!asked) return null;
  return (
    <Suspense fallback={null}>
      <OwnTextBox />
    </Suspense>
  );
}

/** Weights, work and memory of the configuration on the controls, before anything runs. */
function CostNote(): ReactElement | null {
  const words = useApp(({ config, description }) => description && costInWords(description, isHeadParted(config)));
  return words === undefined ? null : <p className={styles['unit']}>{words}</p>;
}

function ClippingNotes(): ReactElement {
  const share = useShown((state) => (state.config.clip === 'none' ? 0 : (state.run?.snapshot?.clippedShare ?? 0)));
  const lately = useShown((state) => (state.config.clip === 'none' ? 0 : (state.run?.snapshot?.lately?.clippedShare ?? 0)));
  const note = lately > 0.5 ? ' This is mostly a smaller learning rate in disguise.' : '';
  const recent = Math.abs(lately - share) < 0.005 ? '' : `, ${formatPercent(lately)} of the last 256`;
  return (
    <>
      <p className={styles['unit']}>{share === 0 ? '' : `${formatPercent(share)} of the steps were clipped${recent}.${note}`}</p>
      <PercentileButton />
    </>
  );
}

/** Sets the threshold so that one step in ten of those just made would have been clipped. */
function PercentileButton(): ReactElement | null {
  const { setParameter } = useActions();
  const applies = useApp((state) => state.config.clip === 'norm' && !state.hidden.includes('clipAt') && !state.locked.includes('clipAt'));
  const percentile = useShown((state) => state.run?.snapshot?.lately?.normPercentile);
  if (!applies || percentile === undefined || !(percentile > 0)) return null;
  const threshold = Number(percentile.toPrecision(3));
  return (
    <button
      type="button"
      className={styles['note-button']}
      title="The 90th percentile of the gradient norms of the last 256 steps, before clipping"
      onClick={() => setParameter('clipAt', Math.min(100, Math.max(1e-4, threshold)))}
    >
      {`Set to the 90th percentile, ${formatNumber(threshold)}`}
    </button>
  );
}

function NoiseNote(): ReactElement | null {
  const noise = useShown((state) => state.run?.snapshot?.evaluation?.noise);
  const config = useApp((state) => state.config);
  if (!config.noiseScale || config.normalization === 'batch') return null;
  const words = noise === undefined ? 'is known after 64 steps' : `${noiseScaleText(noise)}: ${noiseAdvice(noise, effectiveBatch(config))}`;
  return <p className={styles['unit']}>{`B_noise ${words}.`}</p>;
}
