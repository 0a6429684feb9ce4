/**
 * tfjs' WebGL division answers 1 wherever both sides are equal, 0 / 0 and ∞ / ∞ included, which hides that a training went wrong. This one divides.
 */
import type * as Webgl from '@tensorflow/tfjs-backend-webgl';
import type { NodeOf, OpTable, Run, Tools } from './ops/op.ts';
import { input } from './ops/op.ts';

/** The backend's own chunk. */
export async function loadWebgl(): Promise<typeof Webgl> {
  return import('@tensorflow/tfjs-backend-webgl');
}

const code = `
void main() {
  setOutput(getAAtOutCoords() / getBAtOutCoords());
}
`;

/** `div` for a WebGL backend. */
export function divideIn(backend: Webgl.MathBackendWebGL): OpTable['div'] {
  return (node: NodeOf<'div'>, _tools: Tools): Run => {
    const program = {
      variableNames: ['A', 'B'],
      outputShape: [...node.shape],
      userCode: code,
      enableShapeUniforms: node.shape.length <= 4,
    };
    return (inputs) => backend.runWebGLProgram({ ...program }, [input(inputs, 0), input(inputs, 1)], 'float32');
  };
}
