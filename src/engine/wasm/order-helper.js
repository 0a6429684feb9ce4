/**
 * Draws the orders of the epochs ahead: a worker with memory of its own. Asleep while nothing is wanted. In JavaScript, and without imports, so that
 * Node starts it as it is; `order-ring.ts` says what the message is, and why both threads may use the ring at once.
 */
const { WebAssembly } = globalThis;
const port = globalThis.process?.getBuiltinModule?.('node:worker_threads').parentPort ?? globalThis;

const page = 65_536;
const alignment = 64;
/** Enough for the kernels' own needs. */
const memory = new WebAssembly.Memory({ initial: 16 });
/** @type {WebAssembly.Exports | undefined} */
let kernels;

/** What writes the order of a place to a slot. */
function drawer({ module, orders, count, seed, of, first }) {
  kernels ??= new WebAssembly.Instance(module, { env: { memory } }).exports;
  const to = Math.ceil(kernels.freeFrom() / alignment) * alignment;
  const work = to + Math.ceil((4 * count) / alignment) * alignment;
  const missing = work + kernels.orderBytes(count) + alignment - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / page));
  const drawn = new Float32Array(memory.buffer, to, count);
  return (place, slot) => {
    kernels.order(to, work, count, seed, of, first + place);
    orders.set(drawn, slot * count);
  };
}

port.onmessage = ({ data }) => {
  const draw = drawer(data);
  const { wanted, wakesAt, made } = data;
  const slots = made.length;
  for (let place = 0; ;) {
    const from = Atomics.load(wanted, 0);
    if (from < 0) return;
    place = Math.max(place, from);
    if (place < from + slots) {
      draw(place, place % slots);
      Atomics.store(made, place % slots, place + 1);
      place++;
    } else {
      // Woken once for half a ring: to wake a thread takes as long as to draw a short order.
      Atomics.store(wakesAt, 0, from + (slots >> 1));
      Atomics.wait(wanted, 0, from);
    }
  }
};
