/**
 * One training step of a multilayer perceptron in plain JavaScript: the yardstick that executors are measured against.
 *
 * Idea: what a good programmer would write by hand without WebAssembly. Typed arrays made once, no allocation in a step, no closures in
 * a loop. Same model, loss, optimizer and outputs as the app's step: the batch is gathered by index, loss and gradient norm are kept.
 */
import { activate, throughActivation } from './activation.ts';
import type { PlainActivation } from './activation.ts';
import { forward, inputGradient, weightGradient } from './dense.ts';
import type { DenseSize } from './dense.ts';
import { crossEntropy, squaredError } from './loss.ts';
import type { PlainLoss } from './loss.ts';
import { adamUpdate, sgdUpdate } from './update.ts';
import type { PlainUpdate } from './update.ts';

/** What is trained, and how. */
export interface PlainSpec {
  /** From the inputs to the outputs. */
  readonly widths: readonly number[];
  readonly batch: number;
  readonly activation: PlainActivation;
  readonly loss: PlainLoss;
  readonly update: PlainUpdate;
  /** Flat: weights `[in × out]` and biases, layer after layer. */
  readonly parameters: Float32Array;
  /** `[examples × inputs]` */
  readonly inputs: Float32Array;
  /** `[examples × outputs]`, or class indices `[examples]`. */
  readonly targets: Float32Array;
}

interface Layer extends DenseSize {
  readonly weights: Float64Array;
  readonly biases: Float64Array;
  readonly weightGradient: Float64Array;
  readonly biasGradient: Float64Array;
  /** Activated outputs `[batch × outputs]`; for the last layer they become its gradient. */
  readonly values: Float64Array;
  /** The gradient by the values. */
  readonly gradient: Float64Array;
}

/** A perceptron in training. */
export class PlainMlp {
  /** What the last step measured. */
  loss = Number.NaN;
  gradientNorm = Number.NaN;
  /** Flat, as in the specification. */
  readonly parameters: Float64Array;
  private readonly gradient: Float64Array;
  private readonly layers: readonly Layer[];
  private readonly input: Float64Array;
  private readonly inputs: Float64Array;
  private readonly targets: Float64Array;
  private readonly moments: readonly [Float64Array, Float64Array];
  private readonly spec: PlainSpec;
  private step = 0;

  constructor(spec: PlainSpec) {
    this.spec = spec;
    this.parameters = Float64Array.from(spec.parameters);
    this.gradient = new Float64Array(spec.parameters.length);
    this.moments = [new Float64Array(spec.parameters.length), new Float64Array(spec.parameters.length)];
    this.inputs = Float64Array.from(spec.inputs);
    this.targets = Float64Array.from(spec.targets);
    this.input = new Float64Array(spec.batch * (spec.widths[0] ?? 0));
    this.layers = layersOf(spec, this.parameters, this.gradient);
  }

  /** Trains on the examples at `rows` `[batch]`. */
  train(rows: Uint32Array): void {
    const { layers, spec, gradient, parameters } = this;
    this.gather(rows);
    this.forward();
    const last = layers.at(-1)!;
    this.loss = (spec.loss === 'mse' ? squaredError : crossEntropy)(last.values, this.targets, rows, last.outputs);
    this.backward();
    let squares = 0;
    for (const g of gradient) squares += g * g;
    this.gradientNorm = Math.sqrt(squares);
    this.step++;
    if (spec.update.rule === 'sgd') sgdUpdate(spec.update, parameters, gradient);
    else adamUpdate(spec.update, this.step, parameters, gradient, this.moments[0], this.moments[1]);
  }

  private gather(rows: Uint32Array): void {
    const { input, inputs } = this;
    const width = this.spec.widths[0]!;
    for (let row = 0, to = 0; row < rows.length; row++) {
      const from = rows[row]! * width;
      for (let i = 0; i < width; i++) input[to++] = inputs[from + i]!;
    }
  }

  private forward(): void {
    const { layers, spec } = this;
    let x = this.input;
    for (let index = 0; index < layers.length; index++) {
      const layer = layers[index]!;
      forward(layer, x, layer.weights, layer.biases, layer.values);
      if (index < layers.length - 1) activate(spec.activation, layer.values);
      x = layer.values;
    }
  }

  private backward(): void {
    const { layers, spec } = this;
    for (let index = layers.length - 1; index >= 0; index--) {
      const layer = layers[index]!;
      const before = layers[index - 1];
      weightGradient(layer, before?.values ?? this.input, layer.gradient, layer.weightGradient, layer.biasGradient);
      if (before === undefined) return;
      inputGradient(layer, layer.gradient, layer.weights, before.gradient);
      throughActivation(spec.activation, before.gradient, before.values);
    }
  }
}

function layersOf({ widths, batch }: PlainSpec, parameters: Float64Array, gradient: Float64Array): readonly Layer[] {
  let offset = 0;
  const take = (size: number) => {
    offset += size;
    return [parameters.subarray(offset - size, offset), gradient.subarray(offset - size, offset)] as const;
  };
  return widths.slice(1).map((outputs, index) => {
    const inputs = widths[index] ?? 0;
    const [weights, weightGradients] = take(inputs * outputs);
    const [biases, biasGradient] = take(outputs);
    const values = new Float64Array(batch * outputs);
    const isLast = index === widths.length - 2;
    const own = { values, gradient: isLast ? values : new Float64Array(batch * outputs) };
    return { batch, inputs, outputs, weights, biases, weightGradient: weightGradients, biasGradient, ...own };
  });
}
