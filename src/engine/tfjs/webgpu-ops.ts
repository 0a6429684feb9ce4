/**
 * For long inner dimensions and few output tiles, tfjs' WebGPU matrix product splits the sum among workgroups: wrong when B is
 * transposed, and in no fixed order. Those products are made by the plain tiled program instead.
 */
import { env } from '@tensorflow/tfjs-core';
import { matrix } from './ops/matrix.ts';
import type { NodeOf, Run, Tools } from './ops/op.ts';

const flag = 'WEBGPU_MATMUL_PROGRAM_TYPE';
const tiled = 3;
const automatic = -1;
/** tfjs splits from 2,000 on. */
const longestSafe = 1_000;

/** `matMul` for a WebGPU backend. */
export function matMulWithoutSplit(node: NodeOf<'matMul'>, tools: Tools): Run {
  const run = matrix.matMul(node, tools);
  const inner = tools.inputShape(node, 0)[node.transposeA ? 0 : 1] ?? 0;
  if (inner <= longestSafe) return run;
  return (inputs) => {
    env().set(flag, tiled);
    try {
      return run(inputs);
    } finally {
      env().set(flag, automatic);
    }
  };
}
