/** What the model says for any inputs, computed in padded pieces of one fixed size. */
import type { Executor } from '../graph/executor.ts';
import { sizeOf } from '../graph/graph.ts';
import type { ProgramSizes } from './program-shape.ts';
import { predictionBatch } from './program-shape.ts';

/**
 * Outputs `[count × outputs]`, for rows of tokens `[count × context × outputs]`, of standardised inputs `[count, ...inputShape]`, by the `predict`
 * graph of that name.
 */
export async function predict(executor: Executor, sizes: ProgramSizes, inputs: Float32Array, graph: string): Promise<Float32Array> {
  const width = sizeOf(sizes.inputShape);
  const perRow = sizes.outputs * (sizes.kind === 'language' ? width : 1);
  const batch = predictionBatch(sizes);
  const count = inputs.length / width;
  const outputs = new Float32Array(count * perRow);
  for (let start = 0; start < count; start += batch) {
    const rows = Math.min(batch, count - start);
    const piece = new Float32Array(batch * width);
    piece.set(inputs.subarray(start * width, (start + rows) * width));
    const results = await executor.evaluate(graph, { step: 0, scalars: {}, tensors: { inputs: piece } });
    outputs.set(results['output']?.values.subarray(0, rows * perRow) ?? [], start * perRow);
  }
  return outputs;
}
