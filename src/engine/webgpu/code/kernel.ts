/** What an instruction is on the device: how many workgroups it takes, how long one workgroup alone would take, and its code. */
import type { Scope } from './scope.ts';

/** Threads of a workgroup: as many as every device allows. */
export const threads = 256;

/** An instruction, before it is known where its values lie. */
export interface Kernel {
  readonly workgroups: number;
  /** Rounds that each thread of a single workgroup would make to do all the work: about so many times 20 ns. */
  readonly cost: number;
  /** Floats of workgroup memory. */
  readonly sharedFloats: number;
  /** Statements that do the part of `workgroup`, by thread `local`. */
  emit(scope: Scope): string;
}

/** Statements that take element `index`, whose value is `value`, further. */
export type Finish = (scope: Scope, index: string, value: string) => string;

/** Statements that make element `index`, and the name of its value. */
export type Start = (scope: Scope, index: string) => { readonly code: string; readonly value: string };

/** Smallest power of two from `value` on, but at most one workgroup. */
export function lanesFor(value: number): number {
  return Math.min(threads, 2 ** Math.ceil(Math.log2(Math.max(1, value))));
}

/** A tree over the `lanes` numbers that lie `stride` apart in workgroup memory: the result stands at `base`. All threads must come here. */
export function tree(lanes: number, stride: number, combine: (a: string, b: string) => string, lane = 'lane'): string {
  let code = 'workgroupBarrier();\n';
  for (let half = lanes / 2; half >= 1; half /= 2) {
    const other = `board[local + ${String(half * stride)}u]`;
    code += `if (${lane} < ${String(half)}u) { board[local] = ${combine('board[local]', other)}; }\nworkgroupBarrier();\n`;
  }
  return code;
}
