/** Puts functions together into a module that imports a memory and kernels. */
import { list, op, section, sized, text, unsigned, valueType } from './bytes.ts';

/** Signature of an imported function: parameters and at most one result. */
export interface Signature {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** Type of a local or parameter. */
export type ValueType = keyof typeof valueType;

/** Locals and code of a function under construction; parameters come first among the locals. */
export class FunctionBody {
  readonly code: number[] = [];
  readonly parameters: number;
  private readonly locals: ValueType[] = [];

  constructor(parameters = 0) {
    this.parameters = parameters;
  }

  local(type: ValueType): number {
    this.locals.push(type);
    return this.parameters + this.locals.length - 1;
  }

  /** Puts code before code that is there already. */
  insert(at: number, code: readonly number[]): void {
    this.code.splice(at, 0, ...code);
  }

  emit(...instructions: readonly (readonly number[])[]): void {
    for (const instruction of instructions) for (const byte of instruction) this.code.push(byte);
  }

  /** Everything but the length. */
  bytes(): number[] {
    return [...list(this.locals.map((type) => [1, valueType[type]])), ...this.code, ...op.end];
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
    return Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, list(this.types.map((type) => JSON.parse(type) as number[]))),
      ...section(2, list([memory, ...imports])),
      ...section(3, list(this.functions.map(({ type }) => unsigned(type)))),
      ...section(7, list(exports)),
      ...section(10, list(this.functions.map(({ body }) => sized(body.bytes())))),
    ]);
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
