/**
 * Jobs in a generated module: an instruction cut into slices, of which each thread takes one after another (`kernels/desk.ts`), and the function in
 * which helpers wait for jobs.
 */
import { op } from './bytes.ts';
import { FunctionBody, type ModuleBuilder } from './module.ts';

/** A number that depends on the slice: `base + slice · perSlice + thread · perThread`. */
export interface SlicedOperand {
  readonly base: number;
  readonly perSlice?: number;
  readonly perThread?: number;
  /** Not more than this less `slice · perSlice`; then `base` is all that it is otherwise. */
  readonly outOf?: number;
}

/** An operand of a sliced call. */
export type JobOperand = number | SlicedOperand;

/** Locals of a job's function: its parameter, and the slice that it works on. */
export const jobThread = 0;
export const jobSlice = 1;

/** Writes a job, and answers its function's index. */
export function defineJob(module: ModuleBuilder, take: number, give: number, write: (body: FunctionBody) => void): number {
  const body = new FunctionBody(1);
  body.local('i32');
  body.emit(op.loop, op.call(take), op.tee(jobSlice), op.i32(0), op.i32NotBelow, op.when);
  write(body);
  body.emit(op.call(give), op.branch(1), op.end, op.end);
  return module.define(body);
}

/** The slice that a job's function is at: the local that says which, and if it is several blocks, of which that is the first, the one that says how many. */
export interface SlicePlace {
  readonly slice: number;
  readonly blocks?: number;
}

/** Puts an operand on the stack of a job's function. */
export function pushOperand(body: FunctionBody, operand: JobOperand, { slice, blocks }: SlicePlace = { slice: jobSlice }): void {
  if (typeof operand === 'number') {
    body.emit(op.i32(operand));
    return;
  }
  const { base, perSlice = 0, perThread = 0, outOf } = operand;
  if (outOf !== undefined && blocks !== undefined) {
    body.emit(op.get(blocks), op.i32(perSlice), op.i32Mul);
    return;
  }
  if (outOf !== undefined) {
    const left = body.local('i32');
    body.emit(op.i32(outOf), op.get(slice), op.i32(perSlice), op.i32Mul, op.i32Sub, op.set(left));
    body.emit(op.i32(base), op.get(left), op.i32(base), op.get(left), op.i32Below, op.select);
    return;
  }
  body.emit(op.i32(base));
  if (perSlice !== 0) body.emit(op.get(slice), op.i32(perSlice), op.i32Mul, op.i32Add);
  if (perThread !== 0) body.emit(op.get(jobThread), op.i32(perThread), op.i32Mul, op.i32Add);
}

/** The function of helpers, `(session, thread)`: does its share of the jobs of a session until that is over. Answers its index. */
export function defineHelp(module: ModuleBuilder, awaitJob: number, jobs: readonly number[]): number {
  const body = new FunctionBody(2);
  const [session, thread, job] = [0, 1, body.local('i32')] as const;
  body.emit(op.loop, op.get(session), op.call(awaitJob), op.tee(job), op.i32(0), op.i32NotBelow, op.when);
  jobs.forEach((index, place) => {
    body.emit(op.get(job), op.i32(place), op.i32Equal, op.when, op.get(thread), op.call(index), op.branch(2), op.end);
  });
  body.emit(op.branch(1), op.end, op.end);
  return module.define(body);
}
