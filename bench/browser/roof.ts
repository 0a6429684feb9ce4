/**
 * The roof: the most multiply-adds that this thread can make in WebAssembly, from registers alone. What a kernel reaches is a share of it.
 *
 * Idea: a module assembled here, byte by byte, since it is one loop: independent accumulators of four lanes, each a ← a·x + y, as many as
 * there are registers for, so that neither memory nor latency holds the loop up.
 */
import type { Roof } from './question.ts';

/** More accumulators than this would not stay in the sixteen registers. */
const accumulators = 12;
/** Multiply-adds of an accumulator in one round of the loop. */
const unrolled = 8;
const lanes = 4;

/** LEB128 of a number that is not negative. */
function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}

const simd = (code: number): number[] => [0xfd, ...leb(code)];
const f32x4 = { splat: simd(0x13), add: simd(0xe4), mul: simd(0xe6), madd: simd(0x105), lane: [...simd(0x1f), 0] };
const get = (local: number): number[] => [0x20, ...leb(local)];
const set = (local: number): number[] => [0x21, ...leb(local)];
const constant = (value: number): number[] => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)];
const section = (id: number, content: readonly number[]): number[] => [id, ...leb(content.length), ...content];

/** A module that exports `run(rounds: i32): f32`. */
export function roofModule(isRelaxed: boolean): Uint8Array<ArrayBuffer> {
  const [rounds, x, y, first] = [0, 1, 2, 3];
  const all = Array.from({ length: accumulators }, (_, index) => first + index);
  const step = (a: number) =>
    isRelaxed
      ? [...get(a), ...get(x), ...get(y), ...f32x4.madd, ...set(a)]
      : [...get(a), ...get(x), ...f32x4.mul, ...get(y), ...f32x4.add, ...set(a)];
  const round = Array.from({ length: unrolled }, () => all.flatMap(step)).flat();
  const start = [x, y, ...all].flatMap((local) => [...constant(local === x ? 0.5 : 0.25), ...f32x4.splat, ...set(local)]);
  const countDown = [...get(rounds), 0x41, 1, 0x6b, 0x22, rounds, 0x0d, 0];
  const total = [...get(first), ...all.slice(1).flatMap((a) => [...get(a), ...f32x4.add]), ...f32x4.lane];
  const body = [1, ...leb(accumulators + 2), 0x7b, ...start, 0x03, 0x40, ...round, ...countDown, 0x0b, ...total, 0x0b];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 1, 0x7f, 1, 0x7d]),
    ...section(3, [1, 0]),
    ...section(7, [1, 3, ...new TextEncoder().encode('run'), 0, 0]),
    ...section(10, [1, ...leb(body.length), ...body]),
  ]);
}

/** Billions of operations a second, a multiply-add counting two; undefined where the browser lacks the instructions. */
async function measure(isRelaxed: boolean, seconds: number): Promise<number | undefined> {
  const bytes = roofModule(isRelaxed);
  if (!WebAssembly.validate(bytes)) return undefined;
  const { instance } = await WebAssembly.instantiate(bytes);
  const run = instance.exports['run'] as (rounds: number) => number;
  // Short calls first: one long call would stay in the tier that it began in.
  for (let call = 0; call < 2000; call++) run(50);
  const roundsOfCall = 20_000;
  let [calls, elapsed] = [0, 0];
  const start = performance.now();
  while (elapsed < seconds) {
    run(roundsOfCall);
    calls++;
    elapsed = (performance.now() - start) / 1000;
  }
  return (calls * roundsOfCall * unrolled * accumulators * lanes * 2) / elapsed / 1e9;
}

/** Measures both kinds of instructions, in turns; the best of each. */
export async function measureRoof(turns = 5): Promise<Roof> {
  let best: Roof = {};
  for (let turn = 0; turn < turns; turn++) {
    const [plain, relaxed] = [await measure(false, 0.05), await measure(true, 0.05)];
    best = {
      ...(plain === undefined ? {} : { simd: Math.max(plain, best.simd ?? 0) }),
      ...(relaxed === undefined ? {} : { relaxedSimd: Math.max(relaxed, best.relaxedSimd ?? 0) }),
    };
  }
  return best;
}
