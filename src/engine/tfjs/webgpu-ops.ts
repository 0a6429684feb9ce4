/**
 * For long inner dimensions and few output tiles, tfjs' WebGPU matrix product splits the sum among workgroups: wrong when B is
 * transposed, and in no fixed order. Those products are made by the plain tiled program instead.
 */
import { env } from '@tensorflow/tfjs-core';
import { matrix } from './ops/matrix.ts';
import { sequences } from './ops/sequences.ts';
import type { NodeOf, Run, Tools } from './ops/op.ts';

const flag = 'WEBGPU_MATMUL_PROGRAM_TYPE';
const tiled = 3;
const automatic = -1;
/** tfjs splits from 2,000 on. */
const longestSafe = 1_000;

/** `matMul` for a WebGPU backend. */
export function matMulWithoutSplit(node: NodeOf<'matMul'>, tools: Tools): Run {
  return withoutSplit(matrix.matMul(node, tools), tools.inputShape(node, 0)[node.transposeA ? 0 : 1] ?? 0);
}

/** `gatherGradient` for a WebGPU backend: its product is over all rows. */
export function gatherGradientWithoutSplit(node: NodeOf<'gatherGradient'>, tools: Tools): Run {
  return withoutSplit(sequences.gatherGradient(node, tools), tools.inputShape(node, 1)[0] ?? 0);
}

function withoutSplit(run: Run, inner: number): Run {
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
