/** Sums and largest values over an axis: the threads of a workgroup share some columns of results and cut the axis among them. */
import type { Geometry, Reduction } from '../cluster.ts';
import { resultsOf } from '../reductions.ts';
import type { Text } from './text.ts';

/** Columns and slices of the axis in a workgroup. */
interface Share {
  readonly columns: number;
  readonly slices: number;
}

function shareOf({ middle, inner }: Geometry): Share {
  if (middle < 16) return { columns: 64, slices: 1 };
  if (inner === 1) return { columns: 1, slices: middle < 128 ? 64 : 256 };
  return { columns: 16, slices: 16 };
}

/**
 * `element`: statements that leave the element at `i` of each reduction in a name; `finish(job, i, …)` takes in the results, all at once.
 */
export function reduceCode(
  geometry: Geometry,
  reductions: readonly Reduction[],
  element: { readonly lines: readonly string[]; readonly names: readonly string[] },
  text: Text,
): { readonly body: string; readonly threads: number; readonly workgroups: number } {
  const { columns, slices } = shareOf(geometry);
  const results = resultsOf(geometry);
  const threads = columns * slices;
  const [count, middle, inner, limit] = [results, geometry.middle, geometry.inner, geometry.limit].map((size) => text.word(size));
  const combine = (place: number, a: string, b: string): string =>
    reductions[place]?.kind === 'sum' ? `${a} + ${b}` : `largerOf(${a}, ${b})`;
  const each = (write: (place: number) => string): string => reductions.map((_, place) => write(place)).join(' ');
  const shared = (place: number, at = 'lane'): string => `shared${String(place)}[${at}]`;
  const body = `${each((place) => `var<workgroup> shared${String(place)}: array<f32, ${String(threads)}>;`)}
fn kernel(job: u32, place: u32, lane: u32) {
  let column = place * ${String(columns)}u + lane % ${String(columns)}u;
  let slice = lane / ${String(columns)}u;
  let inner = ${inner ?? ''};
  let middle = ${middle ?? ''};
  let limit = ${limit ?? ''};
  ${each((place) => `var r${String(place)} = ${reductions[place]?.kind === 'sum' ? '0.0' : '-infinity()'};`)}
  if (column < ${count ?? ''}) {
    let first = (column / inner) * middle * inner + column % inner;
    for (var step = slice; step < middle; step += ${String(slices)}u) {
      let i = first + step * inner;
      if (i < limit) {
        ${element.lines.join('\n        ')}
        ${each((place) => `r${String(place)} = ${combine(place, `r${String(place)}`, element.names[place] ?? '')};`)}
      }
    }
  }
  ${each((place) => `${shared(place)} = r${String(place)};`)}
  workgroupBarrier();
  for (var half = ${String(Math.floor(slices / 2))}u; half > 0u; half >>= 1u) {
    if (slice < half) { ${each((place) => `${shared(place)} = ${combine(place, shared(place), shared(place, `lane + half * ${String(columns)}u`))};`)} }
    workgroupBarrier();
  }
  if (slice == 0u && column < ${count ?? ''}) { finish(job, column, ${reductions.map((_, place) => shared(place)).join(', ')}); }
}`;
  return { body, threads, workgroups: Math.ceil(results / columns) };
}
