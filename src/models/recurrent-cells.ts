/**
 * Recurrent cells as `torch.nn.RNN`, `LSTM` and `GRU` define them, one position at a time.
 *
 * Each gate has an input and a hidden matrix and two biases, as PyTorch has them. What comes from the inputs is given for all positions at once;
 * a step adds what comes from the state. The state before the first position is zero and enters no product.
 */
import type { NodeId } from '../graph/graph.ts';
import type { ForwardContext } from './model.ts';

/** Kinds of cells: the plain ones by their activation. */
export type CellName = 'tanh' | 'relu' | 'lstm' | 'gru';

/** What a cell carries on: its output, and what only itself sees. */
export interface CellState {
  readonly hidden: NodeId;
  readonly memory?: NodeId;
}

/** What a step of a cell is built from. */
export interface CellInputs {
  /** The part of a gate that comes from the inputs, `[n, width]`. Both biases are in it, but for those of `ownBias`. */
  readonly given: (gate: string) => NodeId;
  /** State · hidden matrix of a gate; undefined at the first position. */
  readonly product: (gate: string) => NodeId | undefined;
  /** Hidden bias of a gate, `[width]`. */
  readonly hiddenBias: (gate: string) => NodeId;
  readonly before: CellState | undefined;
}

/** A cell. */
export interface Cell {
  readonly gates: readonly string[];
  /** Gates whose hidden bias the cell adds by itself. */
  readonly ownBias: readonly string[];
  readonly step: (g: ForwardContext['g'], inputs: CellInputs) => CellState;
}

function plainCell(activation: 'tanh' | 'relu'): Cell {
  return {
    gates: ['state'],
    ownBias: [],
    step: (g, inputs) => ({ hidden: g.unary(activation, sum(g, inputs, 'state')) }),
  };
}

/** Input and state together. */
function sum(g: ForwardContext['g'], { given, product }: CellInputs, gate: string): NodeId {
  const fromState = product(gate);
  return fromState === undefined ? given(gate) : g.plus(given(gate), fromState);
}

/** Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000: c ← f·c + i·tanh(…), h = o·tanh c. */
const lstm: Cell = {
  gates: ['input', 'forget', 'cell', 'output'],
  ownBias: [],
  step: (g, inputs) => {
    const gate = (name: string) => g.unary('sigmoid', sum(g, inputs, name));
    const fresh = g.mul(gate('input'), g.unary('tanh', sum(g, inputs, 'cell')));
    const before = inputs.before?.memory;
    const memory = before === undefined ? fresh : g.plus(g.mul(gate('forget'), before), fresh);
    return { hidden: g.mul(gate('output'), g.unary('tanh', memory)), memory };
  },
};

/** Cho et al. 2014 in the form that cuDNN and PyTorch compute: the reset gate acts behind the hidden matrix. h ← n + z·(h − n). */
const gru: Cell = {
  gates: ['reset', 'update', 'candidate'],
  ownBias: ['candidate'],
  step: (g, inputs) => {
    const { given, product, hiddenBias, before } = inputs;
    const gate = (name: string) => g.unary('sigmoid', sum(g, inputs, name));
    const fromState = product('candidate');
    const bias = hiddenBias('candidate');
    const behind = g.mul(gate('reset'), fromState === undefined ? bias : g.plus(fromState, bias));
    const candidate = g.unary('tanh', g.plus(given('candidate'), behind));
    const update = gate('update');
    if (before === undefined) return { hidden: g.sub(candidate, g.mul(update, candidate)) };
    return { hidden: g.plus(candidate, g.mul(update, g.sub(before.hidden, candidate))) };
  },
};

/** All cells. */
export const cells: Readonly<Record<CellName, Cell>> = { tanh: plainCell('tanh'), relu: plainCell('relu'), lstm, gru };
