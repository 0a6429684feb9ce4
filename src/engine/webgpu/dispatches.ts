/**
 * Dispatches of what runs at the same moment. Kernels with the same text are jobs of one; so are those that differ in how they finish alone, whose text
 * then has all their ends, and of which each job has a word that says which is its own.
 */
import { EngineError } from '../engine-error.ts';
import { jointText, tableVectors, vectorsOf, wholeText, type Kernel } from './wgsl/assemble.ts';
import type { Word } from './wgsl/text.ts';

/** Jobs that run together. */
export interface Dispatch {
  readonly code: string;
  readonly workgroups: number;
  /** Words of its table. */
  readonly table: Uint32Array;
}

/** Ends of one text. */
const mostEnds = 8;

/** The dispatches of one moment; `word` gives the value of a word. Throws an `EngineError` of kind `unsupported` where a kernel's words fit no table. */
export function together(moment: readonly Kernel[], word: (value: Word) => number): readonly Dispatch[] {
  const alike = new Map<string, Map<string, Kernel[]>>();
  for (const kernel of moment) {
    const { threads, body, finish } = kernel.parts;
    const key = `${String(threads)} ${body}`;
    const ends = alike.get(key) ?? new Map<string, Kernel[]>();
    const kernels = ends.get(finish) ?? [];
    kernels.push(kernel);
    alike.set(key, ends.set(finish, kernels));
  }
  return [...alike.values()].flatMap((ends) => {
    // In the order of their texts, so that the same ends make the same text.
    const sorted = [...ends].sort(([a], [b]) => (a < b ? -1 : 1));
    return slices(sorted, mostEnds).flatMap((few) => dispatchesOf(few, word));
  });
}

/** Dispatches of kernels with one body, by how they finish. */
function dispatchesOf(ends: readonly (readonly [string, readonly Kernel[]])[], word: (value: Word) => number): readonly Dispatch[] {
  const [first] = ends[0]?.[1] ?? [];
  if (first === undefined) return [];
  const jobs = ends.flatMap(([, kernels], which) => kernels.map((kernel) => ({ kernel, which })));
  const isJoint = ends.length > 1;
  const stride = vectorsOf(Math.max(...jobs.map(({ kernel }) => kernel.words.length)) + Number(isJoint));
  if (stride >= tableVectors) throw new EngineError('unsupported', `webgpu has no table for a kernel of ${String(4 * stride)} words.`);
  const finishes = ends.map(([finish]) => finish);
  const code = isJoint ? jointText(first.parts, finishes, stride) : wholeText(first.parts, stride);
  return slices(jobs, Math.floor((tableVectors - 1) / stride)).map((few) => {
    const table = new Uint32Array(4 * tableVectors);
    let [workgroups, at] = [0, 4];
    for (const { kernel, which } of few) {
      table.set([workgroups, ...kernel.words.map(word)], at);
      at += 4 * stride;
      if (isJoint) table[at - 1] = which;
      workgroups += kernel.workgroups;
    }
    table.set([few.length, workgroups]);
    return { code, workgroups, table };
  });
}

/** A list in pieces of at most so many. */
function slices<Item>(list: readonly Item[], most: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(list.length / most) }, (_, index) => list.slice(index * most, (index + 1) * most));
}
