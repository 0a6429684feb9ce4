/**
 * The runs in which long groups add up, and how threads share them: each slice leaves what its runs come to, four lanes each, and whoever waits for them
 * all adds that up in the order of the runs. What comes of it is, bit for bit, what the group would have added up as a whole.
 */
import type { NodeId } from '../../../graph/graph.ts';
import type { Group } from '../instructions.ts';
import { op } from './bytes.ts';
import type { FunctionBody } from './module.ts';
import { SumCode } from './sum-code.ts';
import { VectorCode, type VectorContext } from './vector-code.ts';

const vectorBytes = 16;
/** Accumulators of a sum over so many vectors that waiting for one addition after another would hold it up. */
export const accumulators = 4;
/** Turns of a loop, of a vector for each accumulator, after which a sum goes on in double precision. */
export const runTurns = 64;
/** Elements of such a run. */
export const runElements = runTurns * accumulators * 4;

/** Whole runs of a long group without rows. */
export function runsOf({ size }: Group): number {
  return Math.floor(size / runElements);
}

/** Floats that the sums of a group over its runs take, and over what these leave over. */
export function runSumFloats(group: Group): number {
  return 4 * group.sums.length * (runsOf(group) + 1);
}

/** Writes the code that adds up what slices left at `runSums`. */
export function writeRunSums(
  body: FunctionBody,
  group: Group,
  context: VectorContext & { readonly address: (id: NodeId) => number },
  runSums: number,
): void {
  const code = new VectorCode(body, context);
  const sums = group.sums.map(() => new SumCode(code, 1, true));
  const bytes = (runsOf(group) + 1) * vectorBytes;
  const run = body.local('i32');
  body.words.forget();
  body.emit(op.i32(0), op.set(run), op.loop);
  sums.forEach((sum, index) => {
    sum.add(code.made(op.get(run), op.load(runSums + index * bytes)), 0, 4);
    sum.endRun();
  });
  body.emit(op.get(run), op.i32(vectorBytes), op.i32Add, op.tee(run), op.i32(bytes), op.i32Below, op.repeatIf, op.end);
  body.words.forget();
  group.sums.forEach(({ id }, index) => sums[index]?.finish(context.address(id)));
}
