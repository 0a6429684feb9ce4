/** Small programs that tests of executors run: a straight line fitted by SGD, and a multilayer perceptron with cross-entropy. */
import type { Feed, Program, TensorMap } from '../graph/executor.ts';
import type { Graph, Node, NodeId, Op, Shape } from '../graph/graph.ts';
import { fillNormal, stream } from '../shared/random.ts';

/** Collects nodes. Kept apart from the real builder, so that executors are tested on their own. */
class Notes {
  readonly nodes: Node[] = [];

  add(op: Op, inputs: readonly NodeId[], shape: Shape): NodeId {
    this.nodes.push({ ...op, inputs, shape });
    return this.nodes.length - 1;
  }
}

const examples = 50;
const batch = 8;

function lineData(): { x: Float32Array; y: Float32Array } {
  const x = Float32Array.from({ length: examples }, (_, index) => (index - 25) / 20);
  return { x, y: x.map((value, index) => 2 * value - 0.5 + ((index * 37) % 11) / 50) };
}

function lineRows(step: number): Float32Array {
  return Float32Array.from({ length: batch }, (_, index) => (step * batch + index * 3) % examples);
}

/** Linear regression: mean squared error of slope · x + intercept on a gathered batch. */
export function lineProgram(): Program {
  const notes = new Notes();
  const rate = notes.add({ op: 'scalar', name: 'learningRate' }, [], []);
  const rows = notes.add({ op: 'feed', name: 'rows' }, [], [batch]);
  const [xs, ys] = ['x', 'y'].map((name) => notes.add({ op: 'data', name }, [], [examples])) as [NodeId, NodeId];
  const [slope, intercept] = ['slope', 'intercept'].map((name) => notes.add({ op: 'state', name }, [], [])) as [NodeId, NodeId];
  const x = notes.add({ op: 'gather' }, [xs, rows], [batch]);
  const y = notes.add({ op: 'gather' }, [ys, rows], [batch]);
  const scaled = notes.add({ op: 'mul' }, [x, slope], [batch]);
  const predicted = notes.add({ op: 'add' }, [scaled, intercept], [batch]);
  const error = notes.add({ op: 'sub' }, [predicted, y], [batch]);
  const squares = notes.add({ op: 'square' }, [error], [batch]);
  const share = notes.add({ op: 'constant', values: Float32Array.of(1 / batch) }, [], []);
  const total = notes.add({ op: 'sum', axes: [0], keep: false }, [squares], []);
  const loss = notes.add({ op: 'mul' }, [total, share], []);
  const two = notes.add({ op: 'constant', values: Float32Array.of(2) }, [], []);
  const factor = notes.add({ op: 'mul' }, [share, two], []);
  const stepSize = notes.add({ op: 'mul' }, [factor, rate], []);
  const withX = notes.add({ op: 'mul' }, [error, x], [batch]);
  const updated = ([parameter, term]: readonly [NodeId, NodeId]): NodeId => {
    const sum = notes.add({ op: 'sum', axes: [0], keep: false }, [term], []);
    return notes.add({ op: 'sub' }, [parameter, notes.add({ op: 'mul' }, [stepSize, sum], [])], []);
  };
  const step: Graph = {
    nodes: notes.nodes,
    outputs: { loss, learningRate: rate },
    updates: { slope: updated([slope, withX]), intercept: updated([intercept, error]) },
  };
  const { x: valuesX, y: valuesY } = lineData();
  const zero = { shape: [], values: Float32Array.of(0) };
  const data = { x: { shape: [examples], values: valuesX }, y: { shape: [examples], values: valuesY } };
  return { graphs: { step }, data, state: { slope: zero, intercept: zero }, seed: 1 };
}

/** Feeds of steps `from` … `from + count − 1`; the learning rate falls a little. */
export function lineFeeds(from: number, count: number): readonly Feed[] {
  return Array.from({ length: count }, (_, index) => {
    const step = from + index;
    return { step, scalars: { learningRate: lineRate(step) }, tensors: { rows: lineRows(step) } };
  });
}

function lineRate(step: number): number {
  return 0.1 / (1 + step / 100);
}

/** The same fit in plain JavaScript. */
export function trainLineInDouble(steps: number): { slope: number; intercept: number; losses: readonly number[] } {
  const { x, y } = lineData();
  let [slope, intercept] = [0, 0];
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    let [loss, slopeGradient, interceptGradient] = [0, 0, 0];
    for (const row of lineRows(step)) {
      const error = slope * (x[row] ?? 0) + intercept - (y[row] ?? 0);
      loss += error ** 2 / batch;
      slopeGradient += (2 / batch) * error * (x[row] ?? 0);
      interceptGradient += (2 / batch) * error;
    }
    losses.push(loss);
    slope -= lineRate(step) * slopeGradient;
    intercept -= lineRate(step) * interceptGradient;
  }
  return { slope, intercept, losses };
}

/** A two-layer perceptron (tanh, softmax cross-entropy, SGD with momentum), backward pass by hand. */
export function perceptronProgram(inputs = 2, hidden = 8, classes = 3, rowsPerStep = 32): Program {
  const notes = new Notes();
  const count = 4 * rowsPerStep;
  const rate = notes.add({ op: 'scalar', name: 'learningRate' }, [], []);
  const momentum = notes.add({ op: 'scalar', name: 'momentum' }, [], []);
  const dropout = notes.add({ op: 'scalar', name: 'dropout' }, [], []);
  const rows = notes.add({ op: 'feed', name: 'rows' }, [], [rowsPerStep]);
  const table = notes.add({ op: 'data', name: 'x' }, [], [count, inputs]);
  const labels = notes.add({ op: 'data', name: 'labels' }, [], [count]);
  const x = notes.add({ op: 'gather' }, [table, rows], [rowsPerStep, inputs]);
  const label = notes.add({ op: 'gather' }, [labels, rows], [rowsPerStep]);
  const shapes: Readonly<Record<string, Shape>> = { w1: [inputs, hidden], b1: [hidden], w2: [hidden, classes], b2: [classes] };
  const [w1, b1, w2, b2] = Object.entries(shapes).map(([name, shape]) => notes.add({ op: 'state', name }, [], shape)) as [
    NodeId,
    NodeId,
    NodeId,
    NodeId,
  ];
  const product = (a: NodeId, b: NodeId, shape: Shape, transposeA = false, transposeB = false): NodeId =>
    notes.add({ op: 'matMul', transposeA, transposeB }, [a, b], shape);
  const wide = [rowsPerStep, hidden];
  const h = notes.add({ op: 'tanh' }, [notes.add({ op: 'add' }, [product(x, w1, wide), b1], wide)], wide);
  const mask = notes.add({ op: 'dropoutMask', site: 0 }, [dropout], wide);
  const kept = notes.add({ op: 'mul' }, [h, mask], wide);
  const narrow = [rowsPerStep, classes];
  const logits = notes.add({ op: 'add' }, [product(kept, w2, narrow), b2], narrow);
  const losses = notes.add({ op: 'softmaxCrossEntropy' }, [logits, label], [rowsPerStep]);
  const share = notes.add({ op: 'constant', values: Float32Array.of(1 / rowsPerStep) }, [], []);
  const loss = notes.add({ op: 'mul' }, [notes.add({ op: 'sum', axes: [0], keep: false }, [losses], []), share], []);
  const probability = notes.add({ op: 'softmax' }, [logits], narrow);
  const target = notes.add({ op: 'oneHot', depth: classes }, [label], narrow);
  const dLogits = notes.add({ op: 'mul' }, [notes.add({ op: 'sub' }, [probability, target], narrow), share], narrow);
  const dKept = notes.add({ op: 'mul' }, [product(dLogits, w2, wide, false, true), mask], wide);
  const one = notes.add({ op: 'constant', values: Float32Array.of(1) }, [], []);
  const slope = notes.add({ op: 'sub' }, [one, notes.add({ op: 'square' }, [h], wide)], wide);
  const dHidden = notes.add({ op: 'mul' }, [dKept, slope], wide);
  const gradients: Readonly<Record<string, readonly [NodeId, NodeId]>> = {
    w1: [w1, product(x, dHidden, shapes['w1'] ?? [], true)],
    b1: [b1, notes.add({ op: 'sum', axes: [0], keep: false }, [dHidden], [hidden])],
    w2: [w2, product(kept, dLogits, shapes['w2'] ?? [], true)],
    b2: [b2, notes.add({ op: 'sum', axes: [0], keep: false }, [dLogits], [classes])],
  };
  const updates: Record<string, NodeId> = {};
  for (const [name, [parameter, gradient]] of Object.entries(gradients)) {
    const shape = shapes[name] ?? [];
    const slot = notes.add({ op: 'state', name: `${name}.momentum` }, [], shape);
    const moved = notes.add({ op: 'add' }, [notes.add({ op: 'mul' }, [slot, momentum], shape), gradient], shape);
    updates[`${name}.momentum`] = moved;
    updates[name] = notes.add({ op: 'sub' }, [parameter, notes.add({ op: 'mul' }, [moved, rate], shape)], shape);
  }
  const step: Graph = { nodes: notes.nodes, outputs: { loss }, updates };
  return {
    graphs: { step, predict: { ...step, outputs: { probability }, updates: {} } },
    data: perceptronData(inputs, classes, count),
    state: perceptronState(shapes),
    seed: 7,
  };
}

function perceptronData(inputs: number, classes: number, count: number): TensorMap {
  const x = new Float32Array(count * inputs);
  fillNormal(x, 5, stream.dataNoise, 0, 0);
  const labels = Float32Array.from({ length: count }, (_, row) => {
    const [a, b] = [x[row * inputs] ?? 0, x[row * inputs + 1] ?? 0];
    return Math.min(classes - 1, Number(a > 0) + Number(a > 0 && b > 0));
  });
  return { x: { shape: [count, inputs], values: x }, labels: { shape: [count], values: labels } };
}

function perceptronState(shapes: Readonly<Record<string, Shape>>): TensorMap {
  return Object.fromEntries(
    Object.entries(shapes).flatMap(([name, shape], index) => {
      const size = shape.reduce((product, axis) => product * axis, 1);
      const values = new Float32Array(size);
      if (shape.length > 1) fillNormal(values, 5, stream.initialization, index, 0);
      const scaled = values.map((value) => value / Math.sqrt(shape[0] ?? 1));
      return [
        [name, { shape, values: scaled }],
        [`${name}.momentum`, { shape, values: new Float32Array(size) }],
      ];
    }),
  );
}

/** Feeds for `perceptronProgram`. */
export function perceptronFeeds(from: number, count: number, rowsPerStep = 32, dropout = 0.1): readonly Feed[] {
  return Array.from({ length: count }, (_, index) => {
    const step = from + index;
    const rows = Float32Array.from({ length: rowsPerStep }, (__, row) => (step * rowsPerStep + row * 3) % (4 * rowsPerStep));
    return { step, scalars: { learningRate: 0.05 / (1 + step / 200), momentum: 0.9, dropout }, tensors: { rows } };
  });
}
