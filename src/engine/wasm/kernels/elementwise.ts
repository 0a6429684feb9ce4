/**
 * Groups of elementwise operations, carried out block by block: a block of every intermediate result stays in the nearest cache, and
 * only what others need is written to its own place.
 *
 * An operation is five words: the function, where its result goes, and up to three operands. A place is an address with two marks in its
 * lowest bits: bit 0, it moves along with the elements (otherwise it is one vector of four equal numbers); bit 1, it starts further on with every block.
 */
import { asNumber, errorFunction, exponential, hyperbolicTangent, logarithm, logistic, signum, softPlus } from './functions';
import { copyFloats, fillFloats, storeLanes, vectorBytes, word } from './vector';

const operationBytes: usize = 20;

/** `[function, bytes, elements, elements in a block, operations, …operations]` */
export function group(p: usize): void {
  const elements = word(p, 2);
  const block = word(p, 3);
  const first = p + 20;
  const end = first + word(p, 4) * operationBytes;
  for (let begin: usize = 0; begin < elements; begin += block) {
    const count = min(block, elements - begin);
    for (let q = first; q < end; q += operationBytes) call_indirect<void>(<u32>word(q, 0), q, begin << 2, count);
  }
}

/** @inline */
function addressOf(place: usize, shift: usize): usize {
  return (place & ~3) + (place & 2 ? shift : 0);
}

/** @inline */
function strideOf(place: usize): usize {
  return (place & 1) << 4;
}

// Names of operations as types, so that each loop below is compiled for one operation alone.
class Neg {}
class Exp {}
class Log {}
class Sqrt {}
class Square {}
class Abs {}
class Sign {}
class Step {}
class Relu {}
class Tanh {}
class Sigmoid {}
class SoftPlus {}
class Erf {}
class Reciprocal {}
class IsFinite {}
class Identity {}
class Add {}
class Sub {}
class Mul {}
class Div {}
class Minimum {}
class Maximum {}
class Greater {}

/** @inline */
function ofOne<Operation>(x: v128): v128 {
  if (idof<Operation>() == idof<Neg>()) return f32x4.neg(x);
  if (idof<Operation>() == idof<Exp>()) return exponential(x);
  if (idof<Operation>() == idof<Log>()) return logarithm(x);
  if (idof<Operation>() == idof<Sqrt>()) return f32x4.sqrt(x);
  if (idof<Operation>() == idof<Square>()) return f32x4.mul(x, x);
  if (idof<Operation>() == idof<Abs>()) return f32x4.abs(x);
  if (idof<Operation>() == idof<Sign>()) return signum(x);
  if (idof<Operation>() == idof<Step>()) return asNumber(f32x4.gt(x, f32x4.splat(0)));
  if (idof<Operation>() == idof<Relu>()) return f32x4.max(x, f32x4.splat(0));
  if (idof<Operation>() == idof<Tanh>()) return hyperbolicTangent(x);
  if (idof<Operation>() == idof<Sigmoid>()) return logistic(x);
  if (idof<Operation>() == idof<SoftPlus>()) return softPlus(x);
  if (idof<Operation>() == idof<Erf>()) return errorFunction(x);
  if (idof<Operation>() == idof<Reciprocal>()) return f32x4.div(f32x4.splat(1), x);
  if (idof<Operation>() == idof<IsFinite>()) return asNumber(f32x4.lt(f32x4.abs(x), f32x4.splat(Infinity)));
  return x;
}

/** @inline */
function ofTwo<Operation>(a: v128, b: v128): v128 {
  if (idof<Operation>() == idof<Add>()) return f32x4.add(a, b);
  if (idof<Operation>() == idof<Sub>()) return f32x4.sub(a, b);
  if (idof<Operation>() == idof<Mul>()) return f32x4.mul(a, b);
  if (idof<Operation>() == idof<Div>()) return f32x4.div(a, b);
  if (idof<Operation>() == idof<Minimum>()) return f32x4.min(a, b);
  if (idof<Operation>() == idof<Maximum>()) return f32x4.max(a, b);
  return asNumber(f32x4.gt(a, b));
}

/** @inline */
function loopOne<Operation>(q: usize, shift: usize, count: usize): void {
  let to = addressOf(word(q, 1), shift);
  let a = addressOf(word(q, 2), shift);
  const strideA = strideOf(word(q, 2));
  const end = to + ((count >> 2) << 4);
  while (to < end) {
    v128.store(to, ofOne<Operation>(v128.load(a)));
    to += vectorBytes;
    a += strideA;
  }
  if (count & 3) storeLanes(to, ofOne<Operation>(v128.load(a)), count & 3);
}

/** @inline */
function loopTwo<Operation>(q: usize, shift: usize, count: usize): void {
  let to = addressOf(word(q, 1), shift);
  let a = addressOf(word(q, 2), shift);
  let b = addressOf(word(q, 3), shift);
  const strideA = strideOf(word(q, 2));
  const strideB = strideOf(word(q, 3));
  const end = to + ((count >> 2) << 4);
  while (to < end) {
    v128.store(to, ofTwo<Operation>(v128.load(a), v128.load(b)));
    to += vectorBytes;
    a += strideA;
    b += strideB;
  }
  if (count & 3) storeLanes(to, ofTwo<Operation>(v128.load(a), v128.load(b)), count & 3);
}

/** @inline */
function selected(condition: v128, a: v128, b: v128): v128 {
  return v128.bitselect(b, a, f32x4.eq(condition, f32x4.splat(0)));
}

export function select(q: usize, shift: usize, count: usize): void {
  let to = addressOf(word(q, 1), shift);
  let condition = addressOf(word(q, 2), shift);
  let a = addressOf(word(q, 3), shift);
  let b = addressOf(word(q, 4), shift);
  const strideCondition = strideOf(word(q, 2));
  const strideA = strideOf(word(q, 3));
  const strideB = strideOf(word(q, 4));
  const end = to + ((count >> 2) << 4);
  while (to < end) {
    v128.store(to, selected(v128.load(condition), v128.load(a), v128.load(b)));
    to += vectorBytes;
    condition += strideCondition;
    a += strideA;
    b += strideB;
  }
  if (count & 3) storeLanes(to, selected(v128.load(condition), v128.load(a), v128.load(b)), count & 3);
}

/** Fills the first block with copies of a row of `c` elements; later blocks find them there. */
export function repeatRow(q: usize, shift: usize, count: usize): void {
  if (shift > 0) return;
  const from = addressOf(word(q, 2), 0);
  const columns = word(q, 4);
  let to = addressOf(word(q, 1), 0);
  for (let done: usize = 0; done < count; done += columns) {
    copyFloats(to, from, columns);
    to += columns << 2;
  }
}

/** Each element of a column `c` times. */
export function repeatColumn(q: usize, shift: usize, count: usize): void {
  const columns = word(q, 4);
  let from = addressOf(word(q, 2), 0) + (((shift >> 2) / columns) << 2);
  let to = addressOf(word(q, 1), 0);
  for (let done: usize = 0; done < count; done += columns) {
    fillFloats(to, v128.load32_splat(from), columns);
    to += columns << 2;
    from += 4;
  }
}

export function neg(q: usize, shift: usize, count: usize): void {
  loopOne<Neg>(q, shift, count);
}
export function exp(q: usize, shift: usize, count: usize): void {
  loopOne<Exp>(q, shift, count);
}
export function log(q: usize, shift: usize, count: usize): void {
  loopOne<Log>(q, shift, count);
}
export function sqrt(q: usize, shift: usize, count: usize): void {
  loopOne<Sqrt>(q, shift, count);
}
export function square(q: usize, shift: usize, count: usize): void {
  loopOne<Square>(q, shift, count);
}
export function abs(q: usize, shift: usize, count: usize): void {
  loopOne<Abs>(q, shift, count);
}
export function sign(q: usize, shift: usize, count: usize): void {
  loopOne<Sign>(q, shift, count);
}
export function step(q: usize, shift: usize, count: usize): void {
  loopOne<Step>(q, shift, count);
}
export function relu(q: usize, shift: usize, count: usize): void {
  loopOne<Relu>(q, shift, count);
}
export function tanh(q: usize, shift: usize, count: usize): void {
  loopOne<Tanh>(q, shift, count);
}
export function sigmoid(q: usize, shift: usize, count: usize): void {
  loopOne<Sigmoid>(q, shift, count);
}
export function softplus(q: usize, shift: usize, count: usize): void {
  loopOne<SoftPlus>(q, shift, count);
}
export function erf(q: usize, shift: usize, count: usize): void {
  loopOne<Erf>(q, shift, count);
}
export function reciprocal(q: usize, shift: usize, count: usize): void {
  loopOne<Reciprocal>(q, shift, count);
}
export function isFinite(q: usize, shift: usize, count: usize): void {
  loopOne<IsFinite>(q, shift, count);
}
export function identity(q: usize, shift: usize, count: usize): void {
  loopOne<Identity>(q, shift, count);
}
export function add(q: usize, shift: usize, count: usize): void {
  loopTwo<Add>(q, shift, count);
}
export function sub(q: usize, shift: usize, count: usize): void {
  loopTwo<Sub>(q, shift, count);
}
export function mul(q: usize, shift: usize, count: usize): void {
  loopTwo<Mul>(q, shift, count);
}
export function div(q: usize, shift: usize, count: usize): void {
  loopTwo<Div>(q, shift, count);
}
export function minimum(q: usize, shift: usize, count: usize): void {
  loopTwo<Minimum>(q, shift, count);
}
export function maximum(q: usize, shift: usize, count: usize): void {
  loopTwo<Maximum>(q, shift, count);
}
export function greater(q: usize, shift: usize, count: usize): void {
  loopTwo<Greater>(q, shift, count);
}
