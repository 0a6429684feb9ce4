/** The small runs on which the trainer's contract is checked, and what of a run must not depend on how it came about. */
import type { Config, ConfigPatch } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import type { RunSnapshot } from '../trainer/trainer.ts';
import { must } from './trainer-witness.ts';
import type { Witness } from './trainer-witness.ts';

/** A clause at work: with a trainer, and the means to open others. */
export type Act = (witness: Witness, open: () => Promise<Witness>) => Promise<void>;

/** Four steps an epoch, the last of two examples; 24 steps in all. */
const small = {
  task: 'moons',
  trainingSize: 50,
  layers: [4],
  batchSize: 16,
  epochs: 6,
  learningRate: 0.03,
  dropout: 0.2,
  schedule: 'cosine',
  engine: 'tfjs-cpu',
  seed: 5,
} as const;

/** Long enough that it does not end while a test looks at it. */
export const long = { epochs: 10_000, schedule: 'constant' } as const;

/** The small configuration with some choices of a clause. Throws on choices that do not fit. */
export function contractConfig(choices: ConfigPatch = {}): Config {
  const { config, problems } = normalize({ ...small, ...choices });
  must(problems.length === 0, `the configuration is valid: ${problems.map(({ message }) => message).join(' ')}`);
  return config;
}

/** All of a finished run that must not depend on how it came about: everything but time. */
export function historyOf({ steps, evaluations, end, changes, cuts, clippedShare, plan, examples, epoch, patienceUsed }: RunSnapshot) {
  const timeless = ({ at, streams }: RunSnapshot['steps'] | RunSnapshot['evaluations']) => ({
    at: { step: at.step, epoch: at.epoch, examples: at.examples },
    streams,
  });
  const curves = { steps: timeless(steps), evaluations: timeless(evaluations) };
  return { ...curves, end, changes, cuts, clippedShare, plan, examples, epoch, patienceUsed };
}

/** A run that is prepared. */
export async function ready(witness: Witness, choices: ConfigPatch = {}, runId = 1): Promise<RunSnapshot> {
  return witness.after(() => witness.trainer.start(runId, contractConfig(choices), []), 'ready');
}

/** A run from its beginning to its end. */
export async function finished(witness: Witness, choices: ConfigPatch = {}): Promise<RunSnapshot> {
  await ready(witness, choices);
  return witness.after(() => witness.trainer.play(Infinity), 'ended');
}
