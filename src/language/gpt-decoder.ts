/** A GPT (`models/gpt.ts`) that reads one token at a time, with the keys and values of those before it at hand. */
import type { GptOptions } from '../models/gpt.ts';
import { rotaryValues } from '../models/rotary.ts';
import { addTo, applyLinear, applyNorm, applyTransposed, sigmoid, softmaxAt } from './arithmetic.ts';
import type { Decoder } from './decoder.ts';
import { erf } from './erf.ts';
import type { BlockWeights, GptWeights } from './gpt-weights.ts';
import { gptWeights } from './gpt-weights.ts';

/** A block and what it remembers. */
interface Block extends BlockWeights {
  /** Of each token read, `[context, width]`. */
  readonly keys: Float64Array;
  readonly values: Float64Array;
  /** How much the last token attends to each, `[heads, context]`. */
  readonly attention: Float64Array;
}

/** Reads at most `context` tokens. */
export class GptDecoder implements Decoder {
  readonly capacity: number;
  private readonly options: GptOptions;
  private readonly weights: GptWeights;
  private readonly blocks: readonly Block[];
  private readonly angles: ReturnType<typeof rotaryValues> | undefined;
  private readonly outputs: Float64Array;
  private readonly scratch: Readonly<Record<'x' | 'input' | 'query' | 'mixed' | 'added' | 'up' | 'gate', Float64Array>>;
  private length = 0;

  /** Throws `RangeError` where `weights` does not have the model's length. It is read in place, not copied. */
  constructor(options: GptOptions, weights: Float32Array) {
    const { width, context, heads, vocabulary } = options;
    const row = (size = width): Float64Array => new Float64Array(size);
    this.capacity = context;
    this.options = options;
    this.weights = gptWeights(options, weights);
    this.blocks = this.weights.blocks.map((block) => ({
      ...block,
      ...{ keys: row(context * width), values: row(context * width), attention: row(heads * context) },
    }));
    this.angles = options.positions === 'rotary' ? rotaryValues(context, width / heads / 2) : undefined;
    this.outputs = row(vocabulary);
    const { inner } = this.weights;
    this.scratch = { x: row(), input: row(), query: row(), mixed: row(), added: row(), up: row(inner), gate: row(inner) };
  }

  read(token: number): void {
    const { x, input, added } = this.scratch;
    const isBefore = this.options.normAt === 'before';
    this.embed(token);
    for (const block of this.blocks)
      for (const [which, norm] of block.norms.entries()) {
        if (isBefore) applyNorm(norm, x, input);
        else input.set(x);
        if (which === 0) this.attend(block);
        else this.perceive(block);
        addTo(x, added);
        if (!isBefore) applyNorm(norm, x, x);
      }
    this.length++;
  }

  logits(): Float64Array {
    const { x, input } = this.scratch;
    const { norm, head, tokens } = this.weights;
    if (norm) applyNorm(norm, x, input);
    else input.set(x);
    if (head) applyLinear(head, input, this.outputs);
    else applyTransposed(tokens, input, this.outputs);
    return this.outputs;
  }

  reset(): void {
    this.length = 0;
  }

  /** How much the last token read attends to each token read, `[heads, context]` for each block; the same arrays each time. */
  attention(): readonly Float64Array[] {
    return this.blocks.map(({ attention }) => attention);
  }

  private embed(token: number): void {
    const { x } = this.scratch;
    const { tokens, positions } = this.weights;
    const [from, at] = [token * x.length, this.length * x.length];
    for (let i = 0; i < x.length; i++) x[i] = tokens[from + i]! + (positions ? positions[at + i]! : 0);
  }

  /** `added ← projection of what the heads find`, for `input`. */
  private attend({ query, key, value, projection, keys, values, attention }: Block): void {
    const { input, query: own, mixed, added } = this.scratch;
    const { heads, width, context } = this.options;
    const [begin, end] = [this.length * width, (this.length + 1) * width];
    const ownKey = keys.subarray(begin, end);
    applyLinear(query, input, own);
    applyLinear(key, input, ownKey);
    applyLinear(value, input, values.subarray(begin, end));
    this.turn(own);
    this.turn(ownKey);
    mixed.fill(0);
    const columns = width / heads;
    const scale = 1 / Math.sqrt(columns);
    for (let head = 0; head < heads; head++) {
      const [first, row] = [head * columns, head * context];
      for (let place = 0; place <= this.length; place++) {
        let score = 0;
        for (let c = first; c < first + columns; c++) score += own[c]! * keys[place * width + c]!;
        attention[row + place] = score * scale;
      }
      softmaxAt(attention, row, this.length + 1);
      for (let place = 0; place <= this.length; place++) {
        const share = attention[row + place]!;
        for (let c = first; c < first + columns; c++) mixed[c] = mixed[c]! + share * values[place * width + c]!;
      }
    }
    applyLinear(projection, mixed, added);
  }

  /** Turns the two halves of each head by the angles of the present position, where positions are rotary. */
  private turn(row: Float64Array): void {
    if (!this.angles) return;
    const { cosines, sines } = this.angles;
    const half = row.length / this.options.heads / 2;
    for (let first = 0; first < row.length; first += 2 * half)
      for (let i = 0; i < half; i++) {
        const [cosine, sine] = [cosines[this.length * half + i]!, sines[this.length * half + i]!];
        const [a, b] = [row[first + i]!, row[first + half + i]!];
        row[first + i] = a * cosine - b * sine;
        row[first + half + i] = b * cosine + a * sine;
      }
  }

  /** `added ← the perceptron of a block`, for `input`. */
  private perceive({ up, gate, down }: Block): void {
    const { input, added, up: raised, gate: opened } = this.scratch;
    applyLinear(up, input, raised);
    if (gate) {
      applyLinear(gate, input, opened);
      for (let i = 0; i < raised.length; i++) raised[i] = opened[i]! * sigmoid(opened[i]!) * raised[i]!;
    } else if (this.options.activation === 'relu') for (let i = 0; i < raised.length; i++) raised[i] = Math.max(0, raised[i]!);
    else for (let i = 0; i < raised.length; i++) raised[i] = 0.5 * raised[i]! * (1 + erf(raised[i]! / Math.SQRT2));
    applyLinear(down, raised, added);
  }
}
