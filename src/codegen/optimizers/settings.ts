/** Each optimizer's class and its arguments by their names there; what plays momentum's part, for schedules that move it. */
import type { Config } from '../../params/config.ts';
import { cyclesMomentum, hasVelocity } from '../../params/momentum-role.ts';
import type { Phases } from '../phases.ts';

/** An optimizer as a class with arguments, as text. */
export interface OptimizerSettings {
  /** `torch.optim.Adam`, or the name of a class that is written out. */
  readonly className: string;
  /** Arguments and groups' keys, without the rate and weight decay. */
  readonly settings: Readonly<Record<string, string>>;
  /** A comment above the call. */
  readonly note?: string;
  /** The key that holds momentum; of `betas` it is the first entry. */
  readonly momentum?: 'momentum' | 'betas';
}

function betas(phases: Phases): Record<string, string> {
  return { betas: `(${phases.value('beta1')}, ${phases.value('beta2')})` };
}

function adamLike(className: string, more: (phases: Phases) => Record<string, string> = () => ({})) {
  return (phases: Phases): OptimizerSettings => ({
    className,
    settings: { ...betas(phases), eps: phases.value('epsilon'), ...more(phases) },
    momentum: 'betas',
  });
}

/** Momentum at the start: where a schedule moves it, a number above 0, which some classes ask for. */
function momentum(phases: Phases): string {
  return phases.derived('momentum', (config) => (cyclesMomentum(config) ? config.maxMomentum : config.momentum));
}

const usesMomentum = (phases: Phases): boolean => phases.some(hasVelocity);

const amsgrad = (phases: Phases): Record<string, string> => (phases.config.amsgrad ? { amsgrad: 'True' } : {});

const sgd = (phases: Phases): OptimizerSettings => {
  if (!usesMomentum(phases)) return { className: 'torch.optim.SGD', settings: {} };
  // The class refuses Nesterov without momentum.
  const isNesterov = (config: Config) => config.nesterov && hasVelocity(config);
  const nesterov = phases.some(isNesterov);
  const dampening = phases.some((config) => config.dampening > 0 && !config.nesterov);
  return {
    className: 'torch.optim.SGD',
    settings: {
      momentum: momentum(phases),
      ...(dampening ? { dampening: phases.derived('dampening', (config) => (config.nesterov ? 0 : config.dampening)) } : {}),
      ...(nesterov ? { nesterov: phases.derived('nesterov', isNesterov) } : {}),
    },
    momentum: 'momentum',
  };
};

const rmsprop = (phases: Phases): OptimizerSettings => ({
  className: 'torch.optim.RMSprop',
  settings: {
    alpha: phases.value('alpha'),
    eps: phases.value('epsilon'),
    ...(usesMomentum(phases) ? { momentum: momentum(phases) } : {}),
    ...(phases.config.centered ? { centered: 'True' } : {}),
  },
  momentum: 'momentum',
});

/** By id in the parameter table. */
export const optimizerSettings: Readonly<Record<Config['optimizer'], (phases: Phases) => OptimizerSettings>> = {
  sgd,
  rmsprop,
  adagrad: (phases) => ({ className: 'torch.optim.Adagrad', settings: { eps: phases.value('epsilon') } }),
  adam: adamLike('torch.optim.Adam', amsgrad),
  adamw: adamLike('torch.optim.AdamW', amsgrad),
  nadam: (phases) => ({
    ...adamLike('torch.optim.NAdam', () => ({ momentum_decay: phases.value('momentumDecay'), foreach: 'True' }))(phases),
    note: '# In PyTorch 1.13 only the foreach form multiplies the momenta as the paper does.',
  }),
  radam: adamLike('torch.optim.RAdam'),
  adamax: adamLike('torch.optim.Adamax'),
  adadelta: (phases) => ({ className: 'torch.optim.Adadelta', settings: { rho: phases.value('alpha'), eps: phases.value('epsilon') } }),
  rprop: (phases) => ({
    className: 'torch.optim.Rprop',
    settings: { etas: `(${phases.value('etaMinus')}, ${phases.value('etaPlus')})` },
  }),
  asgd: (phases) => ({
    className: 'torch.optim.ASGD',
    settings: { lambd: phases.value('lambda'), alpha: phases.value('ratePower'), t0: phases.value('averageFrom') },
  }),
  lion: (phases) => ({ className: 'Lion', settings: betas(phases), momentum: 'betas' }),
  lamb: adamLike('LAMB'),
  muon: (phases) => ({
    className: 'Muon',
    settings: {
      momentum: momentum(phases),
      adam_betas: `(${phases.value('beta1')}, ${phases.value('beta2')})`,
      eps: phases.value('epsilon'),
      ratio: phases.value('adamRatio'),
    },
    momentum: 'momentum',
  }),
  adafactor: (phases) => ({
    className: 'Adafactor',
    settings: {
      momentum: phases.value('beta1'),
      ...(phases.some(({ scaleByWeights }) => scaleByWeights) ? { scale_parameter: phases.value('scaleByWeights') } : {}),
    },
    momentum: 'momentum',
  }),
  lbfgs: (phases) => ({
    className: 'torch.optim.LBFGS',
    settings: {
      max_iter: phases.value('iterations'),
      // Follows from max_iter at the start only.
      ...(phases.keeps('iterations') ? {} : { max_eval: phases.derived('max_eval', ({ iterations }) => Math.floor((iterations * 5) / 4)) }),
      history_size: phases.value('historySize'),
      ...(phases.some(({ lineSearch }) => lineSearch === 'wolfe')
        ? { line_search_fn: phases.derived('line_search_fn', ({ lineSearch }) => (lineSearch === 'wolfe' ? 'strong_wolfe' : null)) }
        : {}),
    },
  }),
  sfsgd: (phases) => ({ className: 'ScheduleFreeSGD', settings: { momentum: momentum(phases) }, momentum: 'momentum' }),
  sfadamw: adamLike('ScheduleFreeAdamW'),
};
