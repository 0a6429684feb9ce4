/**
 * Evaluates a graph of scalars and feeds alone, once in double precision by the interpreter and once in float32 by the CPU
 * executor, so that a test can hold one rule against a recorded value in both.
 */
import { openCpu } from '../engine/tfjs/cpu.ts';
import { createExecutor } from '../engine/tfjs/executor.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, NodeId } from '../graph/graph.ts';
import { interpret, output } from './interpreter.ts';

/** What a graph reads: scalars and feeds by name. */
export interface Given {
  readonly scalars?: Readonly<Record<string, number>>;
  readonly feeds: Readonly<Record<string, readonly number[]>>;
}

/** Outputs by name, as flat values. */
export type Outputs<Name extends string> = Readonly<Record<Name, readonly number[]>>;

/** Builds a graph from what `build` gives by name. */
export function graphOf<Name extends string>(build: (g: GraphBuilder) => Readonly<Record<Name, NodeId>>): Graph {
  const g = new GraphBuilder();
  return g.finish(build(g));
}

/** Outputs in double precision. */
export function inDouble<Name extends string>(graph: Graph, names: readonly Name[], given: Given): Outputs<Name> {
  const results = interpret(graph, { scalars: given.scalars ?? {}, feeds: given.feeds, data: {}, state: {}, seed: 0, step: 0 });
  return byName(names, (name) => [...output(graph, results, name).values]);
}

/** Outputs in float32, by the CPU executor. */
export async function inSingle<Name extends string>(graph: Graph, names: readonly Name[], given: Given): Promise<Outputs<Name>> {
  const executor = createExecutor(await openCpu());
  await executor.load({ graphs: { step: graph }, data: {}, state: {}, seed: 0 });
  const tensors = Object.fromEntries(Object.entries(given.feeds).map(([name, values]) => [name, Float32Array.from(values)]));
  const results = await executor.evaluate('step', { step: 0, scalars: given.scalars ?? {}, tensors });
  executor.dispose();
  return byName(names, (name) => [...(results[name]?.values ?? [])]);
}

function byName<Name extends string>(names: readonly Name[], values: (name: Name) => readonly number[]): Outputs<Name> {
  return Object.fromEntries(names.map((name) => [name, values(name)] as const)) as Record<Name, readonly number[]>;
}
