/**
 * The part of a graph that is known on the host: numbers that follow from `scalar` leaves and scalar constants alone, such
 * as 1 − β or a bias correction. They are computed here, in float32 as the device would, and never cost a kernel.
 */
import type { Graph, Node, NodeId } from '../../graph/graph.ts';

type Formula = (inputs: readonly number[]) => number;

const at = (inputs: readonly number[], index: number): number => inputs[index] ?? Number.NaN;

const formulas: Readonly<Partial<Record<Node['op'], Formula>>> = {
  neg: (x) => -at(x, 0),
  exp: (x) => Math.exp(at(x, 0)),
  log: (x) => Math.log(at(x, 0)),
  sqrt: (x) => Math.sqrt(at(x, 0)),
  square: (x) => at(x, 0) * at(x, 0),
  abs: (x) => Math.abs(at(x, 0)),
  sign: (x) => Math.sign(at(x, 0)),
  step: (x) => (at(x, 0) > 0 ? 1 : 0),
  relu: (x) => Math.max(0, at(x, 0)),
  tanh: (x) => Math.tanh(at(x, 0)),
  sigmoid: (x) => 1 / (1 + Math.exp(-at(x, 0))),
  reciprocal: (x) => 1 / at(x, 0),
  isFinite: (x) => (Number.isFinite(at(x, 0)) ? 1 : 0),
  add: (x) => at(x, 0) + at(x, 1),
  sub: (x) => at(x, 0) - at(x, 1),
  mul: (x) => at(x, 0) * at(x, 1),
  div: (x) => at(x, 0) / at(x, 1),
  minimum: (x) => Math.min(at(x, 0), at(x, 1)),
  maximum: (x) => Math.max(at(x, 0), at(x, 1)),
  greater: (x) => (at(x, 0) > at(x, 1) ? 1 : 0),
  select: (x) => (at(x, 0) === 0 ? at(x, 2) : at(x, 1)),
  reshape: (x) => at(x, 0),
  broadcast: (x) => at(x, 0),
};

/** The nodes known on the host, and how to compute them. */
export interface HostScalars {
  readonly ids: ReadonlySet<NodeId>;
  /** Fills `numbers` (one entry per node) for this run. Throws `RangeError` if a scalar is missing. */
  evaluate(scalars: Readonly<Record<string, number>>, numbers: Float64Array): void;
}

/** Finds the host part of a graph. */
export function hostScalars(graph: Graph): HostScalars {
  const ids = new Set<NodeId>();
  const steps: ((scalars: Readonly<Record<string, number>>, numbers: Float64Array) => void)[] = [];
  graph.nodes.forEach((node, id) => {
    if (node.shape.length > 0) return;
    if (node.op === 'scalar') {
      const { name } = node;
      steps.push((scalars, numbers) => {
        const value = scalars[name];
        if (value === undefined) throw new RangeError(`no value for the scalar ${name}`);
        numbers[id] = Math.fround(value);
      });
    } else if (node.op === 'constant') {
      const value = node.values[0] ?? Number.NaN;
      steps.push((_, numbers) => {
        numbers[id] = value;
      });
    } else {
      const formula = formulas[node.op];
      if (formula === undefined || !node.inputs.every((input) => ids.has(input))) return;
      const inputs = new Array<number>(node.inputs.length).fill(0);
      steps.push((_, numbers) => {
        node.inputs.forEach((input, position) => {
          inputs[position] = numbers[input] ?? Number.NaN;
        });
        numbers[id] = Math.fround(formula(inputs));
      });
    }
    ids.add(id);
  });
  return {
    ids,
    evaluate(scalars, numbers) {
      for (const step of steps) step(scalars, numbers);
    },
  };
}
