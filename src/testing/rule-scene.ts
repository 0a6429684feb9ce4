/** An optimizer's rule by itself, on tensors and gradients that a test makes for it. */
import { GraphBuilder } from '../graph/builder.ts';
import type { Feed } from '../graph/executor.ts';
import type { NodeId, Shape } from '../graph/graph.ts';
import { layOut } from '../models/model.ts';
import type { Parameter } from '../models/model.ts';
import type { ConfigPatch } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { ownMomentum } from '../params/momentum-role.ts';
import type { Memory, PlaceInputs } from '../training/optimizers/optimizer.ts';
import { structureOf } from '../training/optimizers/optimizer.ts';
import { optimizers } from '../training/optimizers/optimizers.ts';
import { slotState } from '../training/program-shape.ts';
import { Interpreter } from './interpreter.ts';

/** Numbers of one tensor or of a flat vector. */
export type Values = readonly number[];

/** A rule on tensors and gradients made for it. */
export interface Scene {
  readonly shapes: readonly Shape[];
  /** Settings; the learning rate of step t is `rates[t]`, and there are as many steps as rates. */
  readonly choices: ConfigPatch;
  readonly rates: Values;
  readonly start: Values;
  /** The gradient as graph, from the place where it is taken; by default what is fed, `gradients[t]`. */
  readonly gradient?: (g: GraphBuilder, place: NodeId) => NodeId;
  readonly gradients?: readonly Values[];
}

function layout(shapes: readonly Shape[]): readonly Parameter[] {
  return layOut(
    shapes.map((shape, index) => ({
      name: `tensor${String(index)}`,
      shape,
      role: shape.length > 1 ? ('weight' as const) : ('bias' as const),
      fanIn: 1,
      fanOut: 1,
    })),
  ).parameters;
}

/** The program of a rule and the feeds of its steps. Throws on settings that do not fit one another. */
export function scene({ shapes, choices, rates, start, gradient, gradients = [] }: Scene) {
  const { config, problems } = normalize({ weightDecay: 0, ...choices });
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join(' '));
  const rule = optimizers[config.optimizer];
  const size = start.length;
  const g = new GraphBuilder();
  const parameters = g.state('parameters', [size]);
  const inputs: PlaceInputs = {
    g,
    parameters,
    layout: layout(shapes),
    decayMask: g.constant(new Float32Array(size).fill(1), [size]),
    learningRate: g.scalar('learningRate'),
    slot: (name) => g.state(slotState(name), [size]),
    scalar: (name) => g.scalar(name),
    structure: structureOf(config),
  };
  const place = rule.place?.(inputs) ?? parameters;
  const update = rule.update({ ...inputs, gradient: gradient?.(g, place) ?? g.feed('gradient', [size]) });
  const slots = Object.fromEntries(Object.entries(update.slots).map(([name, node]) => [slotState(name), node]));
  const graph = g.finish({ sum: g.sum(update.parameters) }, { parameters: update.parameters, ...slots });
  let memory: Memory = {};
  const feeds = rates.map((learningRate, step): Feed => {
    const context = { config, step, learningRate, momentum: ownMomentum(config), memory };
    const scalars = { learningRate, ...rule.scalars(context), ...rule.passingScalars?.(context) };
    memory = rule.remember?.(context) ?? memory;
    return { step, scalars, tensors: gradients.length > 0 ? { gradient: Float32Array.from(gradients[step] ?? []) } : {} };
  });
  const first = Float32Array.from(start);
  const started: Readonly<Record<string, Float32Array>> = rule.start?.(first) ?? {};
  const state = Object.fromEntries([
    ['parameters', { shape: [size], values: first }] as const,
    ...rule.slots.map((name) => [slotState(name), { shape: [size], values: started[name] ?? new Float32Array(size) }] as const),
  ]);
  return { program: { graphs: { step: graph }, data: {}, state, seed: 0 }, feeds };
}

/** The states before the first step and after each, in double precision. */
export async function followed(given: Scene): Promise<readonly Readonly<Record<string, Values>>[]> {
  const { program, feeds } = scene(given);
  const interpreter = new Interpreter();
  await interpreter.load(program);
  const states = () => Object.fromEntries(Object.entries(interpreter.doubles).map(([name, { values }]) => [name, [...values]]));
  const trace = [states()];
  for (const feed of feeds) {
    await interpreter.run([feed]);
    trace.push(states());
  }
  return trace;
}

/** One state over time. */
export const of = (trace: readonly Readonly<Record<string, Values>>[], name: string): readonly Values[] =>
  trace.map((states) => states[name] ?? []);
