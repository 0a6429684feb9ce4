/** What the model says for any inputs, computed in padded pieces of one fixed size. */
import type { Executor } from '../graph/executor.ts';
import { sizeOf } from '../graph/graph.ts';
import type { ProgramSizes } from './program-shape.ts';
import { predictionBatch } from './program-shape.ts';

/** Outputs `[count × outputs]` for standardised inputs `[count, ...inputShape]`, by the `predict` graph of that name. */
export async function predict(executor: Executor, sizes: ProgramSizes, inputs: Float32Array, graph: string): Promise<Float32Array> {
  const width = sizeOf(sizes.inputShape);
  const count = inputs.length / width;
  const outputs = new Float32Array(count * sizes.outputs);
  for (let start = 0; start < count; start += predictionBatch) {
    const rows = Math.min(predictionBatch, count - start);
    const piece = new Float32Array(predictionBatch * width);
    piece.set(inputs.subarray(start * width, (start + rows) * width));
    const results = await executor.evaluate(graph, { step: 0, scalars: {}, tensors: { inputs: piece } });
    outputs.set(results['output']?.values.subarray(0, rows * sizes.outputs) ?? [], start * sizes.outputs);
  }
  return outputs;
}
