/** The planned learning rate over the whole run, small: by the same function that trains. */
import { useMemo } from 'react';
import { learningRateAt } from '../../schedule/learning-rate.ts';
import { useApp } from '../use-app.ts';
import styles from './groups.module.css';

const width = 56;
const height = 16;
const points = 56;

/** A line without axes; the words beside it say what it shows. */
export function ScheduleSparkline() {
  const config = useApp((state) => state.config);
  const plan = useApp((state) => state.run?.snapshot?.plan ?? state.description?.plan);
  const path = useMemo(() => {
    if (plan === undefined || plan.totalSteps < 2) return undefined;
    const rates = Array.from({ length: points }, (_, i) =>
      learningRateAt(config, plan, Math.round((i / (points - 1)) * (plan.totalSteps - 1))),
    );
    const top = Math.max(...rates);
    if (!(top > 0)) return undefined;
    return rates
      .map((rate, i) => `${((i / (points - 1)) * width).toFixed(1)},${(height - 1 - (rate / top) * (height - 2)).toFixed(1)}`)
      .join(' ');
  }, [config, plan]);
  if (path === undefined) return null;
  return (
    <svg className={styles['sparkline']} viewBox={`0 0 ${String(width)} ${String(height)}`} aria-hidden="true">
      <polyline points={path} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" />
    </svg>
  );
}
