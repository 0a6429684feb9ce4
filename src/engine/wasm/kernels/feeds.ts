/** What a step is fed, out of the columns of many steps. */
import { setStep } from './random';
import { copyFloats } from './vector';

/**
 * Takes in step `step`, at place `index` of the columns. `table`: for each of `numbers` the address of its column and of the cell that it
 * fills; then for each of `tensors` the address of its column, where it goes, and its size.
 */
export function takeFeeds(table: usize, numbers: usize, tensors: usize, index: usize, step: u32): void {
  setStep(step);
  const end = table + (numbers << 3);
  while (table < end) {
    v128.store(load<u32>(table, 4), v128.load32_splat(load<u32>(table) + (index << 2)));
    table += 8;
  }
  for (; tensors > 0; tensors--) {
    const floats = <usize>load<u32>(table, 8);
    copyFloats(load<u32>(table, 4), load<u32>(table) + ((index * floats) << 2), floats);
    table += 12;
  }
}
