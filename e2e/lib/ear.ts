/**
 * Listens to what the worker tells the page. The page shows three digits; that two runs are the same bit for bit can only be seen
 * in what it was told.
 */
import type { EngineReport, Fault, RunSnapshot, TrainerEvent } from '../../src/trainer/trainer.ts';

/** The newest of everything, as plain data. */
export interface Heard {
  readonly engine?: EngineReport;
  readonly faults: readonly Fault[];
  readonly checkpointStep?: number;
  readonly snapshot?: Pick<RunSnapshot, 'runId' | 'phase' | 'step' | 'latest' | 'evaluation' | 'changes' | 'end'>;
  /** Of the newest snapshot: the mean of every bucket, by stream; and the steps that the buckets end at. */
  readonly curves: Readonly<Record<string, readonly number[]>>;
}

declare global {
  interface Window {
    /** Answers with what has been heard. */
    heard(): Heard;
  }
}

/** Runs in the page before its own scripts: every worker it makes is overheard. */
export function installEar(): void {
  const faults: Fault[] = [];
  let engine: EngineReport | undefined;
  let checkpointStep: number | undefined;
  let snapshot: RunSnapshot | undefined;
  const listen = ({ data }: MessageEvent<TrainerEvent>): void => {
    if (data.type === 'snapshot') snapshot = data.snapshot;
    if (data.type === 'engine') engine = data.report;
    if (data.type === 'checkpoint') checkpointStep = data.checkpoint.step;
    if (data.type === 'fault') faults.push(data.fault);
  };
  window.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.addEventListener('message', listen);
    }
  };
  const curvesOf = ({ steps, evaluations }: RunSnapshot): Record<string, readonly number[]> => {
    const streams = { ...steps.streams, ...evaluations.streams };
    const means = Object.entries(streams).map(([name, { mean }]) => [name, [...mean]] as const);
    return { ...Object.fromEntries(means), step: [...steps.at.step], evaluatedAt: [...evaluations.at.step] };
  };
  const plain = ({ runId, phase, step, latest, evaluation, changes, end }: RunSnapshot): NonNullable<Heard['snapshot']> => ({
    ...{ runId, phase, step, changes },
    ...(latest === undefined ? {} : { latest }),
    ...(evaluation === undefined ? {} : { evaluation }),
    ...(end === undefined ? {} : { end }),
  });
  window.heard = () => ({
    ...(engine === undefined ? {} : { engine }),
    ...(checkpointStep === undefined ? {} : { checkpointStep }),
    ...(snapshot === undefined ? {} : { snapshot: plain(snapshot) }),
    faults,
    curves: snapshot === undefined ? {} : curvesOf(snapshot),
  });
}
