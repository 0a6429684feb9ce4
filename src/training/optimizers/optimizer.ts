/**
 * What an optimizer is: how many slots of state it keeps per parameter, its update as graph, and the scalars of a step.
 *
 * Idea: parameters, gradient and slots are flat vectors, so a rule is written once, elementwise, as in the paper.
 * Whatever depends only on the step (bias corrections, whether momentum has begun) is computed on the host in double
 * precision and enters as a scalar. The rules, argument names and order of operations are those of `torch.optim`.
 */
import type { GraphBuilder } from '../../graph/builder.ts';
import type { NodeId } from '../../graph/graph.ts';
import type { Config } from '../../params/config.ts';

/** What an update is built from. All vectors are `[parameterCount]`. */
export interface UpdateInputs {
  readonly g: GraphBuilder;
  readonly parameters: NodeId;
  readonly gradient: NodeId;
  /** 1 where weight decay, L1 and L2 act, else 0. */
  readonly decayMask: NodeId;
  readonly learningRate: NodeId;
  readonly slot: (name: string) => NodeId;
  readonly scalar: (name: string) => NodeId;
  /** Parts of the configuration that shape the graph, not only its scalars. */
  readonly structure: Structure;
}

/** New values as nodes, `[parameterCount]` each. */
export interface Update {
  readonly parameters: NodeId;
  readonly slots: Readonly<Record<string, NodeId>>;
}

/** What a step's scalars are computed from. */
export interface StepContext {
  readonly config: Config;
  /** Optimizer steps done before this one. */
  readonly step: number;
  readonly learningRate: number;
  /** The momentum buffer holds something: a step with momentum > 0 came before this one. */
  readonly momentumBegun: boolean;
}

/** Which parts of the rule are present. A change rebuilds the graph and keeps all state. */
export interface Structure {
  readonly weightDecay: boolean;
  readonly momentum: boolean;
  readonly centered: boolean;
}

/** Reads the structure off a configuration. */
export function structureOf(config: Config): Structure {
  return { weightDecay: config.weightDecay > 0, momentum: config.momentum > 0, centered: config.centered };
}

/** An optimizer: its memory, its rule, and its numbers. */
export interface Optimizer {
  /** State vectors, in any structure; all start at zero. */
  readonly slots: readonly string[];
  readonly update: (inputs: UpdateInputs) => Update;
  /** Values of the scalars that `update` asks for, besides the learning rate. */
  readonly scalars: (context: StepContext) => Readonly<Record<string, number>>;
}

/** Coupled weight decay, as `torch.optim` does it: the gradient plus wd · w where decay acts. */
export function withWeightDecay({ g, gradient, parameters, decayMask, scalar, structure }: UpdateInputs): NodeId {
  return structure.weightDecay ? g.plus(gradient, g.mul(scalar('weightDecay'), g.mul(decayMask, parameters))) : gradient;
}

/** `decay · average + (1 − decay) · value`; both factors are scalars so that 1 − decay keeps its digits. */
export function movingAverage({ g, scalar }: UpdateInputs, average: NodeId, value: NodeId, decay: string): NodeId {
  return g.plus(g.mul(scalar(decay), average), g.mul(scalar(`one minus ${decay}`), value));
}

/** The two scalars of `movingAverage`. */
export function averageScalars(name: string, decay: number): Readonly<Record<string, number>> {
  return { [name]: decay, [`one minus ${name}`]: 1 - decay };
}
