/**
 * Graphs made at random from every op that is smooth, on odd shapes, with states that they replace: what fusing, sharing memory and writing in
 * place must survive. A graph is a pure function of its number.
 */
import { GraphBuilder } from '../graph/builder.ts';
import type { Feed, Program, TensorMap } from '../graph/executor.ts';
import type { NodeId, Shape, UnaryName } from '../graph/graph.ts';
import { sizeOf } from '../graph/graph.ts';
import { fillNormal, fillUniform, stream } from '../shared/random.ts';

/** A program of one graph with states and data, and feeds for a few steps. */
export interface RandomProgram {
  readonly program: Program;
  readonly feeds: readonly Feed[];
}

const sides = [1, 2, 3, 4, 5, 8, 9, 13, 33];
const unaries: readonly UnaryName[] = ['neg', 'tanh', 'sigmoid', 'softplus', 'erf', 'square', 'exp'];
const steps = 3;

/** The graph with this number, of about `size` operations. */
export function randomProgram(number: number, size: number): RandomProgram {
  return new Maker(number).make(size);
}

class Maker {
  private readonly g = new GraphBuilder();
  private readonly numbers = new Float32Array(4096);
  private drawn = 0;
  private readonly pool: NodeId[] = [];
  private readonly state: Record<string, TensorMap[string]> = {};
  private readonly data: Record<string, TensorMap[string]> = {};
  private readonly number: number;

  constructor(number: number) {
    this.number = number;
    fillUniform(this.numbers, number, stream.sampling, 0, 0);
  }

  make(size: number): RandomProgram {
    const { g } = this;
    const shapes: Shape[] = Array.from({ length: 4 }, () => [this.pick(sides), this.pick(sides)]);
    shapes.push([], [this.pick(sides)], [2, this.pick(sides), 3]);
    shapes.forEach((shape, index) => {
      this.state[`s${String(index)}`] = this.tensor(shape, index);
      this.data[`d${String(index)}`] = this.tensor(shape, index + 100);
      this.pool.push(g.state(`s${String(index)}`, shape), g.data(`d${String(index)}`, shape), g.feed(`f${String(index)}`, shape));
    });
    this.pool.push(g.scalar('a'), g.scalar('b'));
    for (let i = 0; i < size; i++) this.pool.push(this.grow());
    const updates: Record<string, NodeId> = {};
    for (const [name, { shape }] of Object.entries(this.state)) {
      const next = this.ofShape(shape);
      if (next !== undefined && this.chance(0.8)) updates[name] = next;
    }
    const outputs = Object.fromEntries(
      Array.from({ length: 5 }, (_, index) => [`o${String(index)}`, g.sum(this.calm(this.pick(this.pool)))] as const),
    );
    const watched = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`w${String(index)}`, this.pick(this.pool)] as const));
    const program = {
      graphs: { step: g.finish(outputs, updates), watch: g.finish(watched) },
      data: this.data,
      state: this.state,
      seed: this.number,
    };
    return { program, feeds: Array.from({ length: steps }, (_, step) => this.feed(shapes, step)) };
  }

  private draw(): number {
    return this.numbers[this.drawn++ % this.numbers.length] ?? 0;
  }

  private pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.draw() * items.length)]!;
  }

  private chance(probability: number): boolean {
    return this.draw() < probability;
  }

  private tensor(shape: Shape, place: number): TensorMap[string] {
    const values = new Float32Array(sizeOf(shape));
    fillNormal(values, this.number, stream.dataNoise, place, 0);
    return { shape, values: values.map((value) => value / 2) };
  }

  private feed(shapes: readonly Shape[], step: number): Feed {
    const tensors = shapes.map((shape, index) => [`f${String(index)}`, this.tensor(shape, 1000 + 10 * step + index).values] as const);
    return { step, scalars: { a: 0.5 + step / 8, b: -0.25 }, tensors: Object.fromEntries(tensors) };
  }

  /** Between −1 and 1, so that nothing grows without bound. */
  private calm(id: NodeId): NodeId {
    return this.g.unary('tanh', id);
  }

  private ofShape(shape: Shape): NodeId | undefined {
    const fitting = this.pool.filter((id) => this.g.shape(id).join() === shape.join());
    return fitting.length === 0 ? undefined : this.pick(fitting);
  }

  private grow(): NodeId {
    const kinds = [
      'one',
      'one',
      'two',
      'two',
      'two',
      'reduced',
      'moved',
      'product',
      'row',
      'lookup',
      'positions',
      'drawnAtRandom',
    ] as const;
    return this[this.pick(kinds)]();
  }

  private one(): NodeId {
    return this.g.unary(this.pick(unaries), this.calm(this.pick(this.pool)));
  }

  /** With a partner of its own shape, or one that broadcasts to it. */
  private two(): NodeId {
    const { g } = this;
    const a = this.pick(this.pool);
    const shape = g.shape(a);
    const partner = this.ofShape(shape) ?? a;
    const axes = shape.flatMap((_, axis) => (this.chance(0.5) ? [axis] : []));
    const b = this.chance(0.5) ? partner : g.sum(this.calm(partner), axes, true);
    switch (this.pick(['add', 'sub', 'mul', 'div', 'minimum', 'maximum', 'select', 'broadcast'] as const)) {
      case 'add':
        return g.plus(b, a);
      case 'sub':
        return g.sub(a, b);
      case 'mul':
        return g.mul(this.calm(a), this.calm(b));
      case 'div':
        return g.div(a, g.plus(g.constant(1.5), g.unary('square', b)));
      case 'minimum':
        return g.binary('minimum', a, b);
      case 'maximum':
        return g.binary('maximum', b, a);
      case 'select':
        return g.select(g.constant(this.pick([0, 1])), a, partner);
      case 'broadcast':
        return g.unary('sigmoid', g.broadcast(this.calm(b), shape));
    }
  }

  private reduced(): NodeId {
    const a = this.pick(this.pool);
    const axes = this.g.shape(a).flatMap((_, axis) => (this.chance(0.5) ? [axis] : []));
    if (axes.length === 0) return this.calm(a);
    return this.chance(0.7) ? this.g.sum(this.calm(a), axes, this.chance(0.5)) : this.g.max(a, axes, this.chance(0.5));
  }

  private moved(): NodeId {
    const { g } = this;
    const a = this.pick(this.pool);
    const [rows = 1, ...rest] = g.shape(a);
    if (g.shape(a).length === 0) return g.reshape(a, [1]);
    const begin = Math.floor(this.draw() * rows);
    switch (this.pick(['slice', 'concat', 'flat'] as const)) {
      case 'slice':
        return g.slice(a, begin, 1 + Math.floor(this.draw() * (rows - begin)));
      case 'concat': {
        const alike = this.pool.filter((id) => g.shape(id).length > 0 && g.shape(id).slice(1).join() === rest.join());
        return g.concat([a, this.pick(alike), g.unary('tanh', a)]);
      }
      case 'flat':
        return g.reshape(a, [sizeOf(g.shape(a))]);
    }
  }

  private product(): NodeId {
    const { g } = this;
    const matrices = this.matrices();
    const a = this.pick(matrices);
    const [transposeA, transposeB] = [this.chance(0.5), this.chance(0.5)];
    const inner = g.shape(a)[transposeA ? 0 : 1];
    const fitting = matrices.filter((id) => g.shape(id)[transposeB ? 1 : 0] === inner);
    const b = fitting.length > 0 ? this.pick(fitting) : undefined;
    const result = b === undefined ? g.matMul(a, a, true, false) : g.matMul(this.calm(a), b, transposeA, transposeB);
    const columns = g.shape(result)[1] ?? 1;
    const bias = this.ofShape([columns]);
    return bias === undefined || this.chance(0.5) ? result : g.plus(result, bias);
  }

  private matrices(): readonly NodeId[] {
    return this.pool.filter((id) => this.g.shape(id).length === 2);
  }

  private row(): NodeId {
    const { g } = this;
    const x = this.pick(this.matrices());
    if (this.chance(0.5)) return g.softmax(x);
    const centered = this.chance(0.5);
    const partner = this.ofShape(g.shape(x)) ?? x;
    return this.chance(0.5) ? g.standardize(x, centered, 0.1) : g.standardizeGradient(this.calm(partner), x, centered, 0.1);
  }

  /** Rows by index, or a table of sums by index. */
  private lookup(): NodeId {
    const { g } = this;
    const x = this.pick(this.matrices());
    const [rows = 1, columns = 1] = g.shape(x);
    const numbers = (count: number, below: number) =>
      g.constant(
        Float32Array.from({ length: count }, () => Math.floor(this.draw() * below)),
        [count],
      );
    if (this.chance(0.5)) return g.gather(x, numbers(this.pick(sides), rows));
    const tableRows = this.pick(sides);
    return g.gatherGradient(this.calm(x), numbers(rows, tableRows), [tableRows, columns]);
  }

  /** Attention, its gradient, or pairs turned by position. */
  private positions(): NodeId {
    const { g } = this;
    const q = this.calm(this.pick(this.matrices()));
    const [rows = 1, columns = 1] = g.shape(q);
    const context = this.divisor(rows);
    if (columns % 2 === 0 && this.chance(0.3)) {
      const half = this.divisor(columns / 2);
      const table = g.reshape(g.slice(g.reshape(q, [rows * columns]), 0, context * half), [context, half]);
      return g.rotate(q, table, g.unary('square', table));
    }
    const alike = (): NodeId => this.calm(this.ofShape([rows, columns]) ?? q);
    const [heads, k, v] = [this.divisor(columns), alike(), alike()];
    return this.chance(0.5) ? g.causalAttention(q, k, v, heads, context) : g.causalAttentionGradient(alike(), q, k, v, heads, context);
  }

  private divisor(of: number): number {
    return this.pick(Array.from({ length: of }, (_, i) => i + 1).filter((count) => of % count === 0));
  }

  private drawnAtRandom(): NodeId {
    const shape = this.g.shape(this.pick(this.pool));
    return this.chance(0.5) ? this.g.dropoutMask(this.g.scalar('a'), shape, Math.floor(this.draw() * 4)) : this.g.normalNoise(shape, 3);
  }
}
