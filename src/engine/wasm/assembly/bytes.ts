/** The binary form of WebAssembly, as far as generated modules need it: numbers, lists, sections, and the instructions used. */

/** A number without sign in LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

/** A 32-bit number with sign in LEB128; numbers from 2³¹ on stand for negative ones. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const byte = rest & 127;
    rest >>= 7;
    if ((rest === 0 && (byte & 64) === 0) || (rest === -1 && (byte & 64) !== 0)) return [...bytes, byte];
    bytes.push(byte | 128);
  }
}

/** A list with its length before it. */
export function list(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

/** A name in ASCII. */
export function text(name: string): number[] {
  return [...unsigned(name.length), ...Array.from(name, (letter) => letter.charCodeAt(0))];
}

/** Content with its length in bytes before it. */
export function sized(content: readonly number[]): number[] {
  return [...unsigned(content.length), ...content];
}

/** A section of a module. */
export function section(id: number, content: readonly number[]): number[] {
  return [id, ...sized(content)];
}

/** Types of values. */
export const valueType = { i32: 0x7f, v128: 0x7b } as const;

const simd = (code: number): number[] => [0xfd, ...unsigned(code)];
/** An access at an offset, with no promise about alignment. */
const access = (offset: number): number[] => [0, ...unsigned(offset)];

/** Instructions. Those of memory take an address from the stack, to which `offset` is added. */
const instructions = {
  loop: [0x03, 0x40],
  end: [0x0b],
  repeatIf: [0x0d, 0],
  /** Up to `end`, if what is on the stack is not 0. */
  when: [0x04, 0x40],
  otherwise: [0x05],
  /** Goes on at the start of a loop, or at the end of a `when`, so many levels further out. */
  branch: (levels: number) => [0x0c, levels],
  call: (index: number) => [0x10, ...unsigned(index)],
  get: (local: number) => [0x20, ...unsigned(local)],
  set: (local: number) => [0x21, ...unsigned(local)],
  tee: (local: number) => [0x22, ...unsigned(local)],
  i32: (value: number) => [0x41, ...signed(value)],
  i32Add: [0x6a],
  i32Sub: [0x6b],
  i32Mul: [0x6c],
  i32Equal: [0x46],
  /** With sign. */
  i32NotBelow: [0x4e],
  /** The first of two if the third is not 0, else the second. */
  select: [0x1b],
  i32ShiftLeft: [0x74],
  i32Below: [0x49],
  loadI32: (offset: number) => [0x28, ...access(offset)],
  loadF32: (offset: number) => [0x2a, ...access(offset)],
  toF32: [0xb6],
  toF64: [0xbb],
  addF64: [0xa0],
  loadF64: (offset: number) => [0x2b, ...access(offset)],
  storeF64: (offset: number) => [0x39, ...access(offset)],
  storeF32: (offset: number) => [0x38, ...access(offset)],
  load: (offset: number) => [...simd(0), ...access(offset)],
  loadSplat: (offset: number) => [...simd(9), ...access(offset)],
  store: (offset: number) => [...simd(11), ...access(offset)],
  /** Loads one float, or two, and zeros. */
  loadOne: (offset: number) => [...simd(0x5c), ...access(offset)],
  loadTwo: (offset: number) => [...simd(0x5d), ...access(offset)],
  storeOne: (offset: number, lane: number) => [...simd(0x5a), ...access(offset), lane],
  storeTwo: (offset: number, half: number) => [...simd(0x5b), ...access(offset), half],
  loadLane: (offset: number, lane: number) => [...simd(0x56), ...access(offset), lane],
  zero: [...simd(12), ...new Array<number>(16).fill(0)],
  equal: simd(0x41),
  below: simd(0x43),
  above: simd(0x44),
  and: simd(0x4e),
  choose: simd(0x52),
  abs: simd(0xe0),
  neg: simd(0xe1),
  sqrt: simd(0xe3),
  add: simd(0xe4),
  sub: simd(0xe5),
  mul: simd(0xe6),
  div: simd(0xe7),
  min: simd(0xe8),
  max: simd(0xe9),
  /** `b < a ? b : a`, and `a < b ? b : a`: one instruction of the processor each; the first operand's NaN stays. */
  quickMin: simd(0xea),
  quickMax: simd(0xeb),
  /** The 32-bit lanes of the first operand (0 to 3) and of the second (4 to 7) in another order. */
  shuffle: (...lanes: readonly number[]) => [...simd(13), ...lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte))],
  /** All ones in the first lanes. */
  firstLanes: (lanes: number) => [...simd(12), ...Array.from({ length: 16 }, (_, byte) => (byte < 4 * lanes ? 255 : 0))],
  splatF32: simd(0x13),
  /** The first two floats in double precision. */
  toDoubles: simd(0x5f),
  addDoubles: simd(0xf0),
  doubleAt: (lane: number) => [...simd(0x21), lane],
  /** Floats to whole numbers without sign; what is none becomes the nearest that is. */
  toWhole: simd(0xf9),
  wholeAt: (lane: number) => [...simd(0x1b), lane],
  wholeAdd: simd(0xae),
  wholeSub: simd(0xb1),
  shiftLeft: (bits: number) => [0x41, bits, ...simd(0xab)],
  shiftRight: (bits: number) => [0x41, bits, ...simd(0xac)],
  /** Whole numbers with sign to floats. */
  toFloats: simd(0xfa),
  /** `a · b + c`, rounded once or twice as the CPU likes. */
  relaxedMultiplyAdd: simd(0x105),
  /** `choose` for conditions that are all ones or all zeros in a lane. */
  relaxedChoose: simd(0x10b),
} as const;

/** Stores the first `lanes` (1 to 4) of four floats at `offset` from an address. */
function storeLanes(address: readonly number[], local: number, offset: number, lanes: number): readonly (readonly number[])[] {
  const value = instructions.get(local);
  if (lanes === 4) return [address, value, instructions.store(offset)];
  const two = lanes >= 2 ? [address, value, instructions.storeTwo(offset, 0)] : [];
  const one = lanes % 2 === 1 ? [address, value, instructions.storeOne(offset + 4 * (lanes - 1), lanes - 1)] : [];
  return [...two, ...one];
}

/** Instructions, and a few together that are needed in several places. */
export const op = { ...instructions, storeLanes } as const;
