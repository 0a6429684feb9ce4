/**
 * A whole kernel out of its parts. A dispatch runs one or more jobs of the same text, one after another in the numbers of its workgroups; the table
 * bound for it begins with how many jobs and workgroups there are, and then has the words of each job, the number of its first workgroup before them.
 */
import { functionsFor } from './functions.ts';
import type { Text, Word } from './text.ts';

/** What can be dispatched. */
export interface Kernel {
  readonly code: string;
  readonly words: readonly Word[];
  readonly workgroups: number;
}

/** Vectors of four words in the table of a dispatch. */
export const tableVectors = 256;

/** Vectors that a job takes. */
export function vectorsOf({ words }: Pick<Kernel, 'words'>): number {
  return Math.ceil((words.length + 1) / 4);
}

/** `body` declares `fn kernel(job: u32, place: u32, lane: u32)`: what a workgroup of `threads` does, `place` counted within its job. */
export function assemble(text: Text, threads: number, workgroups: number, body: string): Kernel {
  const { words } = text;
  const stride = `${String(vectorsOf(text))}u`;
  const main = `@compute @workgroup_size(${String(threads)})
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let place = id.x + id.y * groups.x;
  if (place >= tables[0].y) { return; }
  var job = 1u;
  for (var left = tables[0].x; left > 1u && place >= tables[job + ${stride}].x; left--) { job += ${stride}; }
  kernel(job, place - tables[job].x, lane);
}`;
  const header = `@group(0) @binding(0) var<storage, read_write> memory: array<f32>;
@group(0) @binding(1) var<storage, read> feed: array<u32>;
@group(1) @binding(0) var<uniform> tables: array<vec4<u32>, ${String(tableVectors)}>;`;
  const own = `${body}\n${main}`;
  return { code: `${header}\n${functionsFor(own)}\n${own}\n`, words: [...words], workgroups };
}
