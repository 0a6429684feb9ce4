/** The ends of a step: what comes in from the host, and the row of metrics that goes out. */
import { feedAt, metricsAt } from './clock';
import { copyFloats, word } from './vector';

/** Numbers to cells of four, tensors to their place: `[…, numbers, cells, floats, tensors]`. */
export function feed(p: usize): void {
  let from = feedAt;
  const numbersEnd = from + (word(p, 2) << 2);
  let cell = word(p, 3);
  while (from < numbersEnd) {
    v128.store(cell, v128.load32_splat(from));
    from += 4;
    cell += 16;
  }
  copyFloats(word(p, 5), from, word(p, 4));
}

/** `[…, count, …places]` */
export function metrics(p: usize): void {
  const count = word(p, 2);
  for (let i: usize = 0; i < count; i++) store<f32>(metricsAt + (i << 2), load<f32>(word(p, 3 + i)));
}
