/**
 * The lines of an update rule as text: `v ← μ·v + g`. A line can be read by a person, filled in with numbers, and computed.
 *
 * Names are one letter with marks (`m̂`, `β₂ᵗ`, `η⁻`) or a norm (`‖w‖`). There are + − · /, a square (²), a root before a name, a number or a
 * bracket (√), |x|, and sign, max and min. Whatever is written here is ours: a line that cannot be read throws `SyntaxError`.
 */

/** Numbers by the names in a line. */
export type Numbers = Readonly<Record<string, number>>;

const kinds = ['function', 'number', 'name', 'sign'] as const;

interface Token {
  readonly kind: (typeof kinds)[number];
  readonly text: string;
}

const names = String.raw`‖[^‖]+‖|\p{L}[\p{L}\p{M}₀-₉₊₋⁺⁻]*`;
const functions = String.raw`(?:sign|max|min)(?=\()`;
const pattern = new RegExp(
  String.raw`\s*(?:(?<function>${functions})|(?<number>\d+(?:\.\d+)?)|(?<name>${names})|(?<sign>[+−·/²√()|,]))`,
  'uy',
);
const words = new RegExp(`${functions}|${names}`, 'gu');

/** A line in its two halves. */
export function halvesOf(line: string): { readonly target: string; readonly right: string } {
  const [target, right] = line.split(' ← ');
  if (target === undefined || right === undefined) throw new SyntaxError(`no assignment: ${line}`);
  return { target, right };
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const groups: Readonly<Record<string, string | undefined>> = pattern.exec(text)?.groups ?? {};
    const kind = kinds.find((one) => groups[one] !== undefined);
    if (!kind) throw new SyntaxError(`${text}: not understood from “${text.slice(at)}” on`);
    tokens.push({ kind, text: groups[kind] ?? '' });
  }
  return tokens;
}

/** The text with numbers in place of names; negative ones in brackets unless they stand alone. */
export function filled(text: string, numbers: Numbers, format: (value: number) => string): string {
  return text.replace(words, (name, at: number) => {
    const value = numbers[name];
    if (value === undefined) return name;
    const alone = /(^|[(|] ?)$/.test(text.slice(0, at)) && !text.startsWith('²', at + name.length);
    return value < 0 && !alone ? `(${format(value)})` : format(value);
  });
}

/** The value of a text, in double precision. Throws `SyntaxError` on a name without a number. */
export function valueOf(text: string, numbers: Numbers): number {
  const reader = new Reader(tokensOf(text), numbers, text);
  return reader.whole();
}

/** Reads by descent: sums of products of signed powers. */
class Reader {
  private at = 0;
  private readonly tokens: readonly Token[];
  private readonly numbers: Numbers;
  private readonly text: string;

  constructor(tokens: readonly Token[], numbers: Numbers, text: string) {
    this.tokens = tokens;
    this.numbers = numbers;
    this.text = text;
  }

  whole(): number {
    const value = this.sum();
    if (this.at < this.tokens.length) throw new SyntaxError(`${this.text}: too much`);
    return value;
  }

  private sum(): number {
    let value = this.product();
    for (;;) {
      if (this.takes('+')) value += this.product();
      else if (this.takes('−')) value -= this.product();
      else return value;
    }
  }

  private product(): number {
    let value = this.factor();
    for (;;) {
      if (this.takes('·')) value *= this.factor();
      else if (this.takes('/')) value /= this.factor();
      else return value;
    }
  }

  private factor(): number {
    if (this.takes('−')) return -this.factor();
    if (this.takes('√')) return Math.sqrt(this.factor());
    const value = this.atom();
    return this.takes('²') ? value * value : value;
  }

  private atom(): number {
    const token = this.tokens[this.at++];
    if (token?.kind === 'number') return Number(token.text);
    if (token?.kind === 'name') return this.numberOf(token.text);
    if (token?.kind === 'function') return this.call(token.text);
    if (token?.text === '(') return this.closed(')');
    if (token?.text === '|') return Math.abs(this.closed('|'));
    throw new SyntaxError(`${this.text}: a value is missing`);
  }

  private call(name: string): number {
    this.expect('(');
    const values = [this.sum()];
    while (this.takes(',')) values.push(this.sum());
    this.expect(')');
    return name === 'sign' ? Math.sign(values[0] ?? NaN) : name === 'max' ? Math.max(...values) : Math.min(...values);
  }

  private closed(end: string): number {
    const value = this.sum();
    this.expect(end);
    return value;
  }

  private numberOf(name: string): number {
    const value = this.numbers[name];
    if (value === undefined) throw new SyntaxError(`${this.text}: no number for ${name}`);
    return value;
  }

  private takes(text: string): boolean {
    if (this.tokens[this.at]?.text !== text) return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    if (!this.takes(text)) throw new SyntaxError(`${this.text}: “${text}” is missing`);
  }
}
