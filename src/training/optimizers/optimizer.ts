/**
 * What an optimizer is: how many slots of state it keeps per parameter, its update as graph, and the scalars of a step.
 *
 * Idea: parameters, gradient and slots are flat vectors, so a rule is written once, elementwise, as in the paper.
 * Whatever depends only on the step (bias corrections, whether momentum has begun) is computed on the host in double
 * precision and enters as a scalar. The rules, argument names and order of operations are those of `torch.optim`.
 */
import type { GraphBuilder } from '../../graph/builder.ts';
import type { NodeId } from '../../graph/graph.ts';
import { sizeOf } from '../../graph/graph.ts';
import type { Parameter } from '../../models/model.ts';
import type { Config } from '../../params/config.ts';
import { hasVelocity } from '../../params/momentum-role.ts';

/** What the place of the gradient is built from. All vectors are `[parameterCount]`. */
export interface PlaceInputs {
  readonly g: GraphBuilder;
  readonly parameters: NodeId;
  /** Where each learned tensor lies in the vectors. */
  readonly layout: readonly Parameter[];
  /** 1 where weight decay, L1 and L2 act, else 0. */
  readonly decayMask: NodeId;
  readonly learningRate: NodeId;
  readonly slot: (name: string) => NodeId;
  readonly scalar: (name: string) => NodeId;
  /** Parts of the configuration that shape the graph, not only its scalars. */
  readonly structure: Structure;
}

/** What an update is built from. */
export interface UpdateInputs extends PlaceInputs {
  /** Taken at the optimizer's `place`, after penalties and clipping. */
  readonly gradient: NodeId;
}

/** New values as nodes, `[parameterCount]` each. */
export interface Update {
  readonly parameters: NodeId;
  readonly slots: Readonly<Record<string, NodeId>>;
  /** What a weight shares with others of its tensor, `[parameterCount]` each, for whoever wants to see it. */
  readonly parts?: () => Readonly<Record<string, NodeId>>;
}

/** Numbers that a rule carries from step to step on the host, in double precision: sums and products over the rates used. */
export type Memory = Readonly<Record<string, number>>;

/** What a step's scalars are computed from. */
export interface StepContext {
  readonly config: Config;
  /** Optimizer steps done before this one. */
  readonly step: number;
  readonly learningRate: number;
  /** What plays momentum's part at this step: μ, or β₁ in the Adam family. */
  readonly momentum: number;
  /** What `remember` gave after the step before; empty before the first. */
  readonly memory: Memory;
}

/** Which parts of the rule are present. A change rebuilds the graph and keeps all state. */
export interface Structure {
  readonly weightDecay: boolean;
  readonly momentum: boolean;
  readonly centered: boolean;
  readonly amsgrad: boolean;
  readonly scaleByWeights: boolean;
}

/** Reads the structure off a configuration. */
export function structureOf(config: Config): Structure {
  return {
    weightDecay: config.weightDecay > 0,
    momentum: hasVelocity(config),
    centered: config.centered,
    amsgrad: config.amsgrad,
    scaleByWeights: config.scaleByWeights,
  };
}

/** An optimizer: its memory, its rule, and its numbers. */
export interface Optimizer {
  /** State vectors, in any structure; they start at zero unless `start` says otherwise. */
  readonly slots: readonly string[];
  /** First values of slots that do not start at zero. */
  readonly start?: (parameters: Float32Array) => Readonly<Record<string, Float32Array>>;
  /** Where the gradient is taken, if not at the parameters. */
  readonly place?: (inputs: PlaceInputs) => NodeId;
  readonly update: (inputs: UpdateInputs) => Update;
  /** Values of the scalars that `place` and `update` ask for, besides the learning rate: those that last as long as rate, momentum and memory do. */
  readonly scalars: (context: Omit<StepContext, 'step'>) => Readonly<Record<string, number>>;
  /**
   * Those that change with every step. In this object, made for each, what is spread stands last, because V8 takes microseconds for each entry
   * that is named after a spread.
   */
  readonly passingScalars?: (context: StepContext) => Readonly<Record<string, number>>;
  /**
   * Whether the passing ones stay what they are from this step on, as long as rate and momentum do: the powers of a bias correction are too small
   * to count one day, and then cost nothing. For rules without `remember`.
   */
  readonly haveSettled?: (context: Pick<StepContext, 'config' | 'step' | 'momentum'>) => boolean;
  /** Those of them that follow the learning rate: where layers have rates of their own, each comes as a vector. */
  readonly rates?: readonly string[];
  /**
   * The memory after a step, the very same where nothing in it changes; without it the rule has none. Only with passing scalars may it follow the
   * number of the step.
   */
  readonly remember?: (context: StepContext) => Memory;
}

/** Applies a rule to each learned tensor of flat vectors on its own; the rule's results, one per tensor, are joined again. */
export function perTensor(
  { g, layout }: Pick<PlaceInputs, 'g' | 'layout'>,
  vectors: readonly NodeId[],
  rule: (parameter: Parameter, ...tensors: readonly NodeId[]) => NodeId,
): NodeId {
  const pieces = layout.map((parameter) => {
    const size = sizeOf(parameter.shape);
    const tensors = vectors.map((vector) => g.reshape(g.slice(vector, parameter.offset, size), parameter.shape));
    return g.reshape(rule(parameter, ...tensors), [size]);
  });
  return g.concat(pieces);
}

/** Coupled weight decay, as `torch.optim` does it: the gradient plus wd · w where decay acts. */
export function withWeightDecay({ g, gradient, parameters, decayMask, scalar, structure }: UpdateInputs): NodeId {
  return structure.weightDecay ? g.plus(gradient, g.mul(scalar('weightDecay'), g.mul(decayMask, parameters))) : gradient;
}

/** Weight decay as AdamW does it: `w − shrink · w` where decay acts; `shrink` = lr · wd is a scalar of the step. */
export function withDecoupledDecay({ g, decayMask, scalar, structure }: PlaceInputs, parameters: NodeId): NodeId {
  return structure.weightDecay ? g.sub(parameters, g.mul(scalar('shrink'), g.mul(decayMask, parameters))) : parameters;
}

/** `decay · average + (1 − decay) · value`; both factors are scalars so that 1 − decay keeps its digits. */
export function movingAverage({ g, scalar }: PlaceInputs, average: NodeId, value: NodeId, decay: string): NodeId {
  return g.plus(g.mul(scalar(decay), average), g.mul(scalar(`one minus ${decay}`), value));
}

/** Whether 1 − decayᵗ is 1 in double precision for t from `step` + 1 on. */
export function isCorrected(decay: number, step: number): boolean {
  return decay ** (step + 1) < 2 ** -54;
}

/** The two scalars of `movingAverage`. */
export function averageScalars(name: string, decay: number): Readonly<Record<string, number>> {
  return { [name]: decay, [`one minus ${name}`]: 1 - decay };
}
