/**
 * Rotary positions (Su et al. 2021): queries and keys are turned by angles that grow with their position, so that their products know how far apart
 * they stand. Pairs are the two halves of a head, as in GPT-NeoX and Llama; position t turns pair i of m by t · 10000^(−i/m).
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { NodeId } from '../graph/graph.ts';

const base = 10_000;

/** Cosines and sines of the angles, `[context, half]` each, for heads of 2 · `half` columns; rounded to float32, as PyTorch has them. */
export function rotaryValues(context: number, half: number): { readonly cosines: Float32Array; readonly sines: Float32Array } {
  const angles = Array.from({ length: context * half }, (_, index) => Math.floor(index / half) * base ** (-(index % half) / half));
  return { cosines: Float32Array.from(angles, (angle) => Math.cos(angle)), sines: Float32Array.from(angles, (angle) => Math.sin(angle)) };
}

/** `rotaryValues` as graph. */
export function rotaryTables(g: GraphBuilder, context: number, half: number): { readonly cosines: NodeId; readonly sines: NodeId } {
  const { cosines, sines } = rotaryValues(context, half);
  return { cosines: g.constant(cosines, [context, half]), sines: g.constant(sines, [context, half]) };
}
