/** One dispatch as a shader module: the instructions of its levels, and an entry point that shares them out or goes through them. */
import { functionsFor } from './functions.ts';
import { whole } from './indexing.ts';
import { threads } from './kernel.ts';

/** An instruction's code and how much of it there is. */
export interface Phase {
  readonly name: string;
  readonly code: string;
  readonly workgroups: number;
  readonly sharedFloats: number;
}

/** What is the same for all dispatches of a plan. */
export interface Facts {
  readonly seed: number;
  /** Words of a row of feeds. */
  readonly rowWords: number;
  /** The module goes through several steps by itself. */
  readonly isLoop: boolean;
}

/** A shader and how often it is dispatched in two directions. */
export interface Shader {
  readonly code: string;
  readonly size: readonly [number, number];
}

/** Workgroups in the first direction at most. */
const longestRow = 32_768;

/** What every module can reach; the same for all, so that one group of bindings serves them. */
const bindings = `struct Window { slot: u32, steps: u32 }
@group(0) @binding(0) var<storage, read_write> arena: array<f32>;
@group(0) @binding(1) var<storage, read> data: array<f32>;
@group(0) @binding(2) var<storage, read> feeds: array<u32>;
@group(0) @binding(3) var<storage, read_write> metrics: array<f32>;
@group(0) @binding(4) var<uniform> window: Window;
var<private> infinityBits: u32 = 0x7f800000u;
var<private> thisSlot: u32;
var<private> thisRow: u32;
var<private> thisStep: u32;
`;

/** The shader of a dispatch: one level side by side, or several by one workgroup. */
export function shaderOf(levels: readonly (readonly Phase[])[], { seed, rowWords, isLoop }: Facts): Shader {
  const phases = levels.flat();
  const shared = Math.max(1, ...phases.map(({ sharedFloats }) => sharedFloats));
  const total = phases.reduce((sum, { workgroups }) => sum + workgroups, 0);
  const [only] = levels;
  const isSerial = levels.length > 1 || isLoop || only === undefined;
  const size: readonly [number, number] = isSerial ? [1, 1] : [Math.min(total, longestRow), Math.ceil(total / longestRow)];
  const body = isSerial ? serial(levels) : sideBySide(only, size[0]);
  const begin = (place: string): string => `thisSlot = ${place};\nthisRow = thisSlot * ${whole(rowWords)};\nthisStep = feeds[thisRow];\n`;
  const main = isLoop
    ? `for (var s = 0u; s < window.steps; s++) {\n${begin('window.slot + s')}${body}storageBarrier();\n}\n`
    : `${begin('window.slot')}${body}`;
  const code = `${bindings}const seed = ${whole(seed)};
var<workgroup> board: array<f32, ${String(shared)}>;
${functionsFor(phases.map((phase) => phase.code).join(''))}
${phases.map((phase) => phase.code).join('')}
@compute @workgroup_size(${String(threads)})
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(local_invocation_index) local: u32) {
${main}}
`;
  return { code, size };
}

function serial(levels: readonly (readonly Phase[])[]): string {
  const level = (phases: readonly Phase[]): string =>
    phases
      .map(({ name, workgroups }) =>
        workgroups === 1 ? `${name}(0u, local);\n` : `for (var w = 0u; w < ${whole(workgroups)}; w++) { ${name}(w, local); }\n`,
      )
      .join('');
  return levels.map(level).join('storageBarrier();\n');
}

function sideBySide(phases: readonly Phase[], row: number): string {
  let begin = 0;
  const branches = phases.map(({ name, workgroups }) => {
    const first = begin;
    begin += workgroups;
    return `if (workgroup < ${whole(begin)}) { ${name}(workgroup - ${whole(first)}, local); }`;
  });
  return `let workgroup = id.x + id.y * ${whole(row)};\n${branches.join(' else ')}\n`;
}
