/** The live changes whose PyTorch script is held against the product. */
import type { ConfigPatch } from '../params/config.ts';

const sgd = { optimizer: 'sgd', learningRate: 0.1 } as const satisfies ConfigPatch;

/** A configuration and its live changes, as links write them, by the name of the case. */
export const parityChanges: Readonly<Record<string, readonly [ConfigPatch, string]>> = {
  'rate changed': [sgd, '50:lr:0.05,120:lr:0.2'],
  'batch changed': [sgd, '30:batch:20,110:batch:5'],
  'schedule changed': [{ ...sgd, momentum: 0.9 }, '40:sched:cosine,90:sched:onecycle,150:warmup:20'],
  'everything changed': [
    sgd,
    '20:l2:0.01,30:clip:norm,30:clipAt:0.2,40:momentum:0.9,60:dropout:0.2,70:ema:0.9,80:wd:0.01,100:smoothing:0.1,120:maxNorm:1,130:decay:all,150:evalEvery:5,160:steps:180',
  ],
  'extended at its end': [{ ...sgd, maxSteps: 0, epochs: 2 }, '26:epochs:10'],
  'ended at once': [sgd, '60:steps:10'],
  'L-BFGS, iterations and search changed': [
    { optimizer: 'lbfgs', learningRate: 0.3, batchSize: 98, iterations: 2, maxSteps: 5 },
    '1:maxIter:5,3:lineSearch:none',
  ],
  'betas changed': [{ optimizer: 'adam', learningRate: 0.005 }, '50:beta1:0.5,100:beta2:0.9,150:eps:0.01'],
};
