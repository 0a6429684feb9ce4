/**
 * Recurrent language models: embedded tokens, layers of recurrent cells, a linear head.
 *
 * Idea: rows stand in order of time while the layers run, the sequences of a batch side by side, so that a position is a piece of axis 0; what
 * comes from the inputs is one product for all positions. First values are PyTorch's: tables N(0, 1), everything else uniform between ±1/√width.
 * Hidden matrices may be orthogonal instead (Saxe et al. 2014), or the identity with zero biases and inputs N(0, 0.001²), as Le, Jaitly & Hinton
 * 2015 start their ReLU networks.
 */
import type { NodeId } from '../graph/graph.ts';
import type { LanguageSizes } from './language.ts';
import { embeddingParameter, linear, linearParameters } from './language.ts';
import type { Activation, ForwardContext, Model, Start, Unplaced } from './model.ts';
import { layOut } from './model.ts';
import type { CellName, CellState } from './recurrent-cells.ts';
import { cells } from './recurrent-cells.ts';

/** Sizes and options of a recurrent network; tokens are embedded in as many numbers as a layer is wide. */
export interface RecurrentOptions extends LanguageSizes {
  readonly cell: CellName;
  readonly width: number;
  readonly depth: number;
  /** First values of the hidden matrices. */
  readonly hiddenStart: 'uniform' | 'orthogonal' | 'identity';
}

const names: Readonly<Record<CellName, string>> = { tanh: 'RNN', relu: 'RNN', lstm: 'LSTM', gru: 'GRU' };
const identityDeviation = 0.001;

/** A recurrent network. Dropout sites: one between each layer and the next. */
export function recurrent(options: RecurrentOptions): Model {
  const { cell, depth, width } = options;
  return {
    name: `${names[cell]} ${String(depth)} × ${String(width)}`,
    ...layOut(parametersOf(options)),
    statistics: [],
    statisticsCount: 0,
    forward: (context, tokens) => forwardOf(options, context, tokens),
  };
}

function parametersOf({ vocabulary, cell, width, depth, hiddenStart }: RecurrentOptions): Unplaced[] {
  const uniform: Start = { kind: 'uniform', bound: 1 / Math.sqrt(width) };
  const isIdentity = hiddenStart === 'identity';
  const bias: Start = isIdentity ? { kind: 'zeros' } : uniform;
  const input: Start = isIdentity ? { kind: 'normal', deviation: identityDeviation } : uniform;
  const hidden: Start = hiddenStart === 'uniform' ? uniform : { kind: hiddenStart };
  const fans = { fanIn: width, fanOut: width };
  const gate = (name: string): Unplaced[] => [
    { name: `${name}.inputWeight`, shape: [width, width], role: 'weight', ...fans, start: input },
    { name: `${name}.hiddenWeight`, shape: [width, width], role: 'weight', ...fans, start: hidden },
    { name: `${name}.inputBias`, shape: [width], role: 'bias', ...fans, start: bias },
    { name: `${name}.hiddenBias`, shape: [width], role: 'bias', ...fans, start: bias },
  ];
  return [
    embeddingParameter('tokens', vocabulary, width, { kind: 'normal', deviation: 1 }),
    ...Array.from({ length: depth }, (_, index) => cells[cell].gates.flatMap((name) => gate(`${layerName(index)}.${name}`))).flat(),
    ...linearParameters('output', width, vocabulary, { weight: uniform, bias: uniform }),
  ];
}

function layerName(index: number): string {
  return `layer${String(index + 1)}`;
}

function forwardOf(options: RecurrentOptions, context: ForwardContext, tokens: NodeId): ReturnType<Model['forward']> {
  const { g, weight } = context;
  const { context: length, depth, cell, width } = options;
  const [count = 0] = g.shape(tokens);
  const order = (place: (index: number) => number): NodeId =>
    g.constant(
      Float32Array.from({ length: count * length }, (_, index) => place(index)),
      [count * length],
    );
  const byTime = order((index) => (index % count) * length + Math.floor(index / count));
  const bySequence = order((index) => (index % length) * count + Math.floor(index / length));
  const activations: Activation[] = [];
  let rows = g.gather(weight('tokens.weight'), g.gather(g.reshape(tokens, [count * length]), byTime));
  let last = rows;
  for (let index = 0; index < depth; index++) {
    const layer = layerName(index);
    rows = g.concat(unrolled(options, context, layer, rows, count));
    last = g.gather(rows, bySequence);
    // Sequence by sequence again, each with its places: as images are looked at.
    const places = g.reshape(last, [count, length, width]);
    activations.push({ layer, node: places, canDie: cell === 'relu', bounds: cell === 'relu' ? undefined : [-1, 1] });
    if (index < depth - 1) rows = dropped(context, rows, length, index, byTime);
  }
  const output = linear(context, 'output', last);
  return { output, activations: [...activations, { layer: 'output', node: output, canDie: false }] };
}

/** The outputs of a layer at each position, `[n, width]` each, from inputs `[positions · n, width]` in order of time. */
function unrolled({ cell, context: length }: RecurrentOptions, context: ForwardContext, layer: string, x: NodeId, count: number): NodeId[] {
  const { g } = context;
  const { gates, ownBias, step } = cells[cell];
  const weight = (gate: string, part: string) => context.weight(`${layer}.${gate}.${part}`);
  const hiddenBias = (gate: string) => weight(gate, 'hiddenBias');
  const given = new Map(
    gates.map((gate) => {
      const bias = weight(gate, 'inputBias');
      return [gate, g.linear(x, weight(gate, 'inputWeight'), ownBias.includes(gate) ? bias : g.plus(bias, hiddenBias(gate)))];
    }),
  );
  const outputs: NodeId[] = [];
  let before: CellState | undefined;
  for (let position = 0; position < length; position++) {
    const last = before;
    before = step(g, {
      given: (gate) => g.slice(given.get(gate) ?? x, position * count, count),
      product: (gate) => (last === undefined ? undefined : g.matMul(last.hidden, weight(gate, 'hiddenWeight'))),
      hiddenBias,
      before: last,
    });
    outputs.push(before.hidden);
  }
  return outputs;
}

/** Drops from rows in order of time; masks belong to whole sequences, so that a batch may be cut between them. */
function dropped({ g, dropout }: ForwardContext, rows: NodeId, length: number, site: number, byTime: NodeId): NodeId {
  const [size = 0, width = 0] = g.shape(rows);
  const ones = g.broadcast(g.constant(1), [size / length, length * width]);
  const mask = dropout(ones, site);
  return mask === ones ? rows : g.mul(rows, g.gather(g.reshape(mask, [size, width]), byTime));
}
