/** Puts functions together into a module that imports a memory and kernels. */
import { KnownWords } from './known-words.ts';
import { joined, list, op, text, unsigned, valueType } from './bytes.ts';

/** Signature of an imported function: parameters and at most one result. */
export interface Signature {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** Type of a local or parameter. */
export type ValueType = keyof typeof valueType;

/** Locals and code of a function under construction; parameters come first among the locals. */
export class FunctionBody {
  readonly parameters: number;
  readonly words = new KnownWords(this);
  private readonly pieces: (readonly number[])[] = [];
  private readonly locals: ValueType[] = [];
  private length = 0;
  private strand: (readonly number[])[] | undefined;

  constructor(parameters = 0) {
    this.parameters = parameters;
  }

  local(type: ValueType): number {
    this.locals.push(type);
    return this.parameters + this.locals.length - 1;
  }

  /** Bytes of code so far. */
  get size(): number {
    return this.length;
  }

  /** A place for code that is known later. */
  mark(): number[] {
    return this.put([]);
  }

  /** What is emitted together leaves the stack as it was, so that other code may stand before and after it. The answer may still be changed. */
  emit(...instructions: readonly (readonly number[])[]): number[] {
    const piece: number[] = [];
    // `flat` takes several times as long, and plans have up to a million instructions.
    for (const instruction of instructions) piece.push(...instruction);
    return this.put(piece);
  }

  /**
   * Writes several pieces of code a step of each in turn. A processor looks ahead only so many instructions that wait for others: of one long chain
   * after another it would see too few to keep busy.
   */
  interleave(pieces: readonly (() => void)[]): void {
    const strands = pieces.map((write) => {
      const strand: (readonly number[])[] = [];
      this.strand = strand;
      write();
      this.strand = undefined;
      return strand;
    });
    for (let step = 0; strands.some(({ length }) => step < length); step++)
      for (const strand of strands) if (step < strand.length) this.pieces.push(strand[step] ?? []);
  }

  /** Everything but the length. */
  bytes(): Uint8Array {
    return joined([list(this.locals.map((type) => [1, valueType[type]])), ...this.pieces, op.end]);
  }

  private put(piece: number[]): number[] {
    (this.strand ?? this.pieces).push(piece);
    this.length += piece.length;
    return piece;
  }
}

/** A module under construction. Imports must all be made before the first function is defined. */
export class ModuleBuilder {
  private readonly types: string[] = [];
  private readonly imports: { readonly name: string; readonly type: number }[] = [];
  private readonly functions: { readonly type: number; readonly body: FunctionBody }[] = [];

  /** The index of an imported function. */
  import(name: string, signature: Signature): number {
    const known = this.imports.findIndex((other) => other.name === name);
    if (known >= 0) return known;
    this.imports.push({ name, type: this.type(signature) });
    return this.imports.length - 1;
  }

  /** The index of a new function without results. */
  define(body: FunctionBody): number {
    const parameters = Array.from({ length: body.parameters }, () => 'i32' as const);
    this.functions.push({ type: this.type({ parameters, results: [] }), body });
    return this.imports.length + this.functions.length - 1;
  }

  /** The module, which exports functions by name. `sharedPages`: the memory is one that threads share, of so many pages at most. */
  bytes(exported: Readonly<Record<string, number>>, sharedPages?: number): Uint8Array<ArrayBuffer> {
    const limits = sharedPages === undefined ? [0, 1] : [3, 1, ...unsigned(sharedPages)];
    const memory = [...text('env'), ...text('memory'), 2, ...limits];
    const exports = Object.entries(exported).map(([name, index]) => [...text(name), 0, ...unsigned(index)]);
    const imports = this.imports.map(({ name, type }) => [...text('kernels'), ...text(name), 0, ...unsigned(type)]);
    const bodies = this.functions.map(({ body }) => body.bytes());
    const code = joined([unsigned(bodies.length), ...bodies.flatMap((body) => [unsigned(body.length), body])]);
    const sections = [
      [1, list(this.types.map((type) => JSON.parse(type) as number[]))],
      [2, list([memory, ...imports])],
      [3, list(this.functions.map(({ type }) => unsigned(type)))],
      [7, list(exports)],
      [10, code],
    ] as const;
    const magic = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
    return joined([magic, ...sections.flatMap(([id, content]) => [[id], unsigned(content.length), content])]);
  }

  private type({ parameters, results }: Signature): number {
    const key = JSON.stringify([
      0x60,
      ...list(parameters.map((type) => [valueType[type]])),
      ...list(results.map((type) => [valueType[type]])),
    ]);
    const known = this.types.indexOf(key);
    return known >= 0 ? known : this.types.push(key) - 1;
  }
}
