/** Sums and largest values over the lanes of a workgroup that share a row. */

/** Threads of a workgroup that works on rows. */
export const rowThreads = 64;

/** Lanes that share a row of so many elements: a power of two. */
export function lanesFor(elements: number): number {
  let lanes = 1;
  while (lanes < rowThreads && lanes < elements) lanes *= 2;
  return lanes;
}

/** Declares `sumOver` and `topOver (lane, value)`, which must be called by all threads alike. The order in which lanes are added is fixed. */
export function acrossLanes(lanes: number): string {
  const over = (name: string, combine: string): string => `fn ${name}(lane: u32, value: f32) -> f32 {
  shared_lanes[lane] = value;
  workgroupBarrier();
  for (var half = ${String(Math.floor(lanes / 2))}u; half > 0u; half >>= 1u) {
    if (lane % ${String(lanes)}u < half) { shared_lanes[lane] = ${combine}; }
    workgroupBarrier();
  }
  let result = shared_lanes[lane - lane % ${String(lanes)}u];
  workgroupBarrier();
  return result;
}`;
  return [
    `var<workgroup> shared_lanes: array<f32, ${String(rowThreads)}>;`,
    over('sumOver', 'shared_lanes[lane] + shared_lanes[lane + half]'),
    over('topOver', 'largerOf(shared_lanes[lane], shared_lanes[lane + half])'),
  ].join('\n');
}
