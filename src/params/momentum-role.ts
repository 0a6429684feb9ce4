/** Who has momentum: which parameter plays its part in an optimizer, and whether the schedule moves it. Said here once, for controls, training and exports. */
import type { Facts } from './kinds.ts';

/** What plays momentum's part: μ, β₁ in the Adam family, or nothing. In Muon it is μ; its β₁ belongs to the AdamW part. */
type MomentumRole = 'momentum' | 'beta1' | 'none';

const roles: Readonly<Record<Facts['optimizer'], MomentumRole>> = {
  sgd: 'momentum',
  rmsprop: 'momentum',
  muon: 'momentum',
  sfsgd: 'momentum',
  adam: 'beta1',
  adamw: 'beta1',
  nadam: 'beta1',
  radam: 'beta1',
  adamax: 'beta1',
  lion: 'beta1',
  lamb: 'beta1',
  adafactor: 'beta1',
  sfadamw: 'beta1',
  adagrad: 'none',
  adadelta: 'none',
  rprop: 'none',
  asgd: 'none',
  lbfgs: 'none',
};

/** The part of a configuration that decides whether momentum is moved. */
type CyclingFacts = Pick<Facts, 'optimizer' | 'schedule' | 'cycleMomentum'>;

/** Which parameter plays momentum's part in an optimizer. */
export function momentumRole({ optimizer }: Pick<Facts, 'optimizer'>): MomentumRole {
  return roles[optimizer];
}

/** Whether the schedule can move momentum. */
export function canCycleMomentum(config: Pick<Facts, 'optimizer' | 'schedule'>): boolean {
  return (config.schedule === 'onecycle' || config.schedule === 'cyclic') && momentumRole(config) !== 'none';
}

/** Whether the schedule moves momentum: what is set in group 7 is then not used. */
export function cyclesMomentum(config: CyclingFacts): boolean {
  return config.cycleMomentum && canCycleMomentum(config);
}

/** Whether steps have a velocity of their own: μ above 0, or moved by the schedule. */
export function hasVelocity(config: CyclingFacts & Pick<Facts, 'momentum'>): boolean {
  return momentumRole(config) === 'momentum' && (config.momentum > 0 || cyclesMomentum(config));
}

/** What plays momentum's part where no schedule moves it: μ, β₁, or 0 where a rule has none. */
export function ownMomentum(config: Pick<Facts, 'optimizer' | 'momentum'> & { readonly beta1: number }): number {
  return { momentum: config.momentum, beta1: config.beta1, none: 0 }[momentumRole(config)];
}
