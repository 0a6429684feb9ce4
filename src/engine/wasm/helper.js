/**
 * A helper: a worker that does slices of the jobs of plans, in the memory of the thread that runs them. Between runs it waits for messages, so that it
 * costs nothing while nothing runs. In JavaScript, and without imports, so that Node starts it as it is; `helpers.ts` says what the messages are.
 */
const { WebAssembly } = globalThis;
const port = globalThis.process?.getBuiltinModule?.('node:worker_threads').parentPort ?? globalThis;

/** @type {{ memory: WebAssembly.Memory, kernels: WebAssembly.Exports, thread: number } | undefined} */
let place;
/** The functions in which plans wait for jobs. */
const plans = new Map();

const handlers = {
  start({ module, memory, thread, scratch, desk }) {
    const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports;
    kernels.setScratch(scratch);
    kernels.setDesk(desk);
    place = { memory, kernels, thread };
    port.postMessage('ready');
  },
  plan({ id, module }) {
    const { memory, kernels } = place;
    try {
      plans.set(id, new WebAssembly.Instance(module, { env: { memory }, kernels }).exports.help);
    } catch {
      // As where there is no room for code: it takes no slices of that plan.
      plans.delete(id);
    }
  },
  forget() {
    plans.clear();
  },
  help({ id, session }) {
    const help = plans.get(id);
    if (help === undefined) return;
    try {
      help(session, place.thread);
    } catch (error) {
      // The calling thread waits for a slice that will never be done.
      place.kernels.breakDesk();
      throw error;
    }
  },
};

port.onmessage = ({ data }) => {
  handlers[data.kind](data);
};
