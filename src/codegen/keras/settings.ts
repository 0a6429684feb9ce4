/** Keras' classes for optimizers, losses and initialisers, and remarks where they differ; nothing where Keras has none. */
import type { Config } from '../../params/config.ts';
import type { TaskKind } from '../../params/task-kind.ts';
import { literal } from '../python.ts';

/** A class with arguments, and how it differs. */
export interface KerasClass {
  readonly name: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly differs?: string;
}

const adam = ({ beta1, beta2, epsilon }: Config): Record<string, string> => ({
  beta_1: literal(beta1),
  beta_2: literal(beta2),
  epsilon: literal(epsilon),
});

const epsilonInside = 'epsilon is added before the bias correction';

/** Optimizers that Keras 3 has. */
export const kerasOptimizers: Readonly<Partial<Record<Config['optimizer'], (config: Config) => KerasClass>>> = {
  sgd: ({ momentum, nesterov, dampening }) => ({
    name: 'SGD',
    settings: {
      ...(momentum > 0 ? { momentum: literal(momentum) } : {}),
      ...(momentum > 0 && nesterov ? { nesterov: 'True' } : {}),
    },
    differs: `the rate is inside the momentum, so a schedule lingers in it${dampening > 0 ? '; there is no dampening' : ''}`,
  }),
  rmsprop: ({ alpha, momentum, epsilon, centered }) => ({
    name: 'RMSprop',
    settings: {
      rho: literal(alpha),
      epsilon: literal(epsilon),
      ...(momentum > 0 ? { momentum: literal(momentum) } : {}),
      ...(centered ? { centered: 'True' } : {}),
    },
    differs: 'epsilon stands inside the root',
  }),
  adagrad: ({ epsilon }) => ({
    name: 'Adagrad',
    settings: { initial_accumulator_value: '0.0', epsilon: literal(epsilon) },
    differs: 'epsilon stands inside the root',
  }),
  adam: (config) => ({
    name: 'Adam',
    settings: { ...adam(config), ...(config.amsgrad ? { amsgrad: 'True' } : {}) },
    differs: epsilonInside,
  }),
  adamw: (config) => ({
    name: 'AdamW',
    settings: { ...adam(config), ...(config.amsgrad ? { amsgrad: 'True' } : {}) },
    differs: epsilonInside,
  }),
  nadam: (config) => ({ name: 'Nadam', settings: adam(config), differs: 'the warm-up of its momentum is fixed at 0.004' }),
  adamax: (config) => ({ name: 'Adamax', settings: adam(config) }),
  adadelta: ({ alpha, epsilon }) => ({ name: 'Adadelta', settings: { rho: literal(alpha), epsilon: literal(epsilon) } }),
  lion: ({ beta1, beta2 }) => ({ name: 'Lion', settings: { beta_1: literal(beta1), beta_2: literal(beta2) } }),
  lamb: (config) => ({ name: 'Lamb', settings: adam(config) }),
  adafactor: ({ scaleByWeights, beta1 }) => ({
    name: 'Adafactor',
    settings: { relative_step: 'False', ...(scaleByWeights ? {} : { epsilon_2: '1.0' }) },
    differs: `steps are always scaled by the size of the weights${beta1 > 0 ? '; there is no momentum' : ''}`,
  }),
};

/** Losses by kind of task; none for language. */
export function kerasLoss(config: Config, kind: TaskKind): KerasClass | undefined {
  const smoothing = config.smoothing > 0 ? { label_smoothing: literal(config.smoothing) } : {};
  const named = (name: string, settings: Record<string, string> = {}, differs?: string): KerasClass => ({
    name,
    settings,
    ...(differs === undefined ? {} : { differs }),
  });
  if (kind === 'regression') {
    switch (config.loss) {
      case 'mse':
        return named('MeanSquaredError');
      case 'mae':
        return named('MeanAbsoluteError');
      case 'huber':
        return named('Huber', { delta: literal(config.delta) });
      case 'logcosh':
        return named('LogCosh');
      default:
        return undefined;
    }
  }
  const logits = { from_logits: 'True' };
  const note = config.smoothing > 0 ? 'validation is smoothed, too' : undefined;
  if (kind === 'binary' && config.loss === 'bce') return named('BinaryCrossentropy', { ...logits, ...smoothing }, note);
  if (kind === 'binary' && config.loss === 'hinge') return named('Hinge');
  if (kind === 'binary' && config.loss === 'focal')
    return named('BinaryFocalCrossentropy', {
      apply_class_balancing: 'True',
      alpha: literal(config.focalAlpha),
      gamma: literal(config.focalGamma),
      ...logits,
    });
  if (kind === 'multiclass' && config.loss === 'ce') return named('CategoricalCrossentropy', { ...logits, ...smoothing }, note);
  if (kind === 'multiclass' && config.loss === 'focal')
    return named('CategoricalFocalCrossentropy', { alpha: '1.0', gamma: literal(config.focalGamma), ...logits });
  return undefined;
}

/** Initialisers of dense and convolutional layers. */
export const kerasInitializers: Readonly<Partial<Record<Config['initialization'], string>>> = {
  glorot: '"glorot_uniform"',
  he: '"he_normal"',
  lecun: '"lecun_normal"',
  normal: 'keras.initializers.RandomNormal(stddev=0.1)',
  zeros: '"zeros"',
};
