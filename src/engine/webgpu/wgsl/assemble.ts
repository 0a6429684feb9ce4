/**
 * A whole kernel out of its parts. A dispatch runs one or more jobs of the same text, one after another in the numbers of its workgroups; the table
 * bound for it begins with how many jobs and workgroups there are, and then has the words of each job, the number of its first workgroup before them.
 */
import { functionsFor } from './functions.ts';
import type { Text, Word } from './text.ts';

/** What a kernel is made of. */
export interface Parts {
  readonly threads: number;
  /** Declares `fn kernel(job: u32, place: u32, lane: u32)`: what a workgroup does, `place` counted within its job. */
  readonly body: string;
  /** Declares `fn finish(job: u32, i: u32, …)`, which the body calls; empty where it does not. */
  readonly finish: string;
}

/** What can be dispatched. */
export interface Kernel {
  readonly parts: Parts;
  readonly words: readonly Word[];
  readonly workgroups: number;
}

/** Vectors of four words in the table of a dispatch. */
export const tableVectors = 256;

/** Vectors that a job takes of so many words beside the number of its first workgroup. */
export function vectorsOf(words: number): number {
  return Math.ceil((words + 1) / 4);
}

/** A kernel out of its parts. */
export function assemble(text: Text, workgroups: number, parts: Parts): Kernel {
  return { parts, words: [...text.words], workgroups };
}

/**
 * The text of a dispatch of kernels that differ in how they finish: the last word of a job, which takes `stride` vectors, says which of `finishes` is
 * its own.
 */
export function jointText({ threads, body }: Parts, finishes: readonly string[], stride: number): string {
  const [, parameters = ''] = /fn finish\(([^)]*)\)/.exec(finishes[0] ?? '') ?? [];
  const given = parameters.replaceAll(/: \w+/g, '');
  const own = finishes.map((finish, which) => finish.replace('fn finish(', `fn finish${String(which)}(`));
  const cases = finishes.map((_, which) => `case ${String(which)}u: { finish${String(which)}(${given}); }`);
  const choice = `fn finish(${parameters}) {
  switch (tables[job + ${String(stride - 1)}u].w) {
    ${cases.join('\n    ')}
    default: {}
  }
}`;
  return wholeText({ threads, body, finish: [...own, choice].join('\n') }, stride);
}

/** The text of a dispatch of nothing but kernels of the same parts, whose jobs take `vectors` vectors each. */
export function wholeText({ threads, body, finish }: Parts, vectors: number): string {
  const stride = `${String(vectors)}u`;
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
  const own = `${finish}\n${body}\n${main}`;
  return `${header}\n${functionsFor(own)}\n${own}\n`;
}
