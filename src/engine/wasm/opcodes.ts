/**
 * The kernels of a plan by number, declared once: read by TypeScript, which writes plans, and by AssemblyScript, which runs them.
 * Numbers only say which function is meant while a plan is loaded (`kernels/table.ts`); they are in no file and may be changed.
 */

// Instructions of a plan.
export const feed = 0;
export const metrics = 1;
export const group = 2;
export const copy = 3;
export const copyPiece = 4;
export const splat = 5;
export const sum = 7;
export const max = 8;
export const smallProduct = 9;
export const product = 10;
export const gather = 11;
export const oneHot = 12;
export const softmax = 13;
export const softmaxCrossEntropy = 14;
export const dropoutMask = 15;
export const normalNoise = 16;
export const conv2d = 17;
export const conv2dInputGradient = 18;
export const conv2dKernelGradient = 19;
export const maxPool = 20;
export const maxPoolGradient = 21;

// Elementwise operations inside a group.
export const add = 100;
export const sub = 101;
export const mul = 102;
export const div = 103;
export const minimum = 104;
export const maximum = 105;
export const greater = 106;
export const select = 107;
export const neg = 110;
export const exp = 111;
export const log = 112;
export const sqrt = 113;
export const square = 114;
export const abs = 115;
export const sign = 116;
export const step = 117;
export const relu = 118;
export const tanh = 119;
export const sigmoid = 120;
export const softplus = 121;
export const erf = 122;
export const reciprocal = 123;
export const isFinite = 124;
export const identity = 125;
/** Repeats a row of `c` elements over the block. */
export const repeatRow = 130;
/** Repeats each element of a column `c` times. */
export const repeatColumn = 131;
