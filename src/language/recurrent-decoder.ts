/**
 * A recurrent network (`models/recurrent.ts`) that reads one token at a time. Its state runs on for as long as the text does; it was trained on
 * texts of `context` tokens, beyond that it is on its own.
 */
import type { RecurrentOptions } from '../models/recurrent.ts';
import { recurrent } from '../models/recurrent.ts';
import { cells } from '../models/recurrent-cells.ts';
import type { Linear } from './arithmetic.ts';
import { applyLinear, sigmoid } from './arithmetic.ts';
import type { Decoder } from './decoder.ts';
import { Tensors } from './tensors.ts';

/** A gate: what comes from the input, what comes from the state, and the sums of each, `[width]`. */
interface Gate {
  readonly input: Linear;
  readonly hidden: Linear;
  readonly fromInput: Float64Array;
  readonly fromState: Float64Array;
}

/** A layer and its state; only an LSTM uses `memory`. */
interface Layer {
  readonly gates: readonly Gate[];
  readonly hidden: Float64Array;
  readonly memory: Float64Array;
}

/** Reads texts of any length. */
export class RecurrentDecoder implements Decoder {
  readonly capacity = Infinity;
  private readonly options: RecurrentOptions;
  private readonly tokens: Float32Array;
  private readonly layers: readonly Layer[];
  private readonly head: Linear;
  private readonly embedded: Float64Array;
  private readonly outputs: Float64Array;

  /** Throws `RangeError` where `weights` does not have the model's length. It is read in place, not copied. */
  constructor(options: RecurrentOptions, weights: Float32Array) {
    const tensors = new Tensors(recurrent(options), weights);
    const { depth, width, cell, vocabulary } = options;
    const row = (): Float64Array => new Float64Array(width);
    const gate = (name: string): Gate => ({
      input: { weight: tensors.get(`${name}.inputWeight`), bias: tensors.get(`${name}.inputBias`) },
      hidden: { weight: tensors.get(`${name}.hiddenWeight`), bias: tensors.get(`${name}.hiddenBias`) },
      ...{ fromInput: row(), fromState: row() },
    });
    this.options = options;
    this.tokens = tensors.get('tokens.weight');
    this.layers = Array.from({ length: depth }, (_, index) => ({
      gates: cells[cell].gates.map((name) => gate(`layer${index + 1}.${name}`)),
      ...{ hidden: row(), memory: row() },
    }));
    this.head = { weight: tensors.get('output.weight'), bias: tensors.get('output.bias') };
    this.embedded = row();
    this.outputs = new Float64Array(vocabulary);
  }

  read(token: number): void {
    const { embedded, tokens } = this;
    for (let i = 0; i < embedded.length; i++) embedded[i] = tokens[token * embedded.length + i]!;
    let input = embedded;
    for (const layer of this.layers) {
      for (const { input: ofInput, hidden: ofState, fromInput, fromState } of layer.gates) {
        applyLinear(ofInput, input, fromInput);
        applyLinear(ofState, layer.hidden, fromState);
      }
      steps[this.options.cell](layer);
      input = layer.hidden;
    }
  }

  logits(): Float64Array {
    applyLinear(this.head, this.layers.at(-1)?.hidden ?? this.embedded, this.outputs);
    return this.outputs;
  }

  reset(): void {
    for (const { hidden, memory } of this.layers) {
      hidden.fill(0);
      memory.fill(0);
    }
  }
}

/** The sums of gate `which`, at place `i`. */
const sum = ({ gates }: Layer, which: number, i: number): number => gates[which]!.fromInput[i]! + gates[which]!.fromState[i]!;

function plain(activation: (x: number) => number): (layer: Layer) => void {
  return (layer) => {
    for (let i = 0; i < layer.hidden.length; i++) layer.hidden[i] = activation(sum(layer, 0, i));
  };
}

/** What each cell makes of the sums of its gates, in the order of `models/recurrent-cells.ts`, where the formulas are explained. */
const steps = {
  tanh: plain((x) => Math.tanh(x)),
  relu: plain((x) => Math.max(0, x)),
  lstm(layer: Layer): void {
    const { hidden, memory } = layer;
    for (let i = 0; i < hidden.length; i++) {
      const kept = sigmoid(sum(layer, 1, i)) * memory[i]! + sigmoid(sum(layer, 0, i)) * Math.tanh(sum(layer, 2, i));
      memory[i] = kept;
      hidden[i] = sigmoid(sum(layer, 3, i)) * Math.tanh(kept);
    }
  },
  gru(layer: Layer): void {
    const { gates, hidden } = layer;
    const { fromInput, fromState } = gates[2]!;
    for (let i = 0; i < hidden.length; i++) {
      const fresh = Math.tanh(fromInput[i]! + sigmoid(sum(layer, 0, i)) * fromState[i]!);
      hidden[i] = fresh + sigmoid(sum(layer, 1, i)) * (hidden[i]! - fresh);
    }
  },
} satisfies Record<RecurrentOptions['cell'], (layer: Layer) => void>;
