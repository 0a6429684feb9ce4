/** Seed and engine: what makes a run repeatable, what computes it, and how fast it is shown. */
import { choice, number } from '../kinds.ts';
import type { Group, ValuesOf } from '../kinds.ts';

/** The pace that means: as fast as the machine can. */
export const paceFlatOut = 1_000_000;

/** The parameters of the group. */
export const engine = {
  seed: number({
    label: 'Seed',
    group: 'engine',
    min: 0,
    max: 2 ** 32 - 1,
    scale: 'linear',
    step: 1,
    integer: true,
    default: 7,
    applies: 'restart',
    urlKey: 'seed',
    names: { pytorch: 'torch.manual_seed', keras: 'keras.utils.set_random_seed', huggingface: 'seed' },
    help: {
      line: 'The number from which data, first weights, order and dropout follow.',
      paragraph:
        'The same seed repeats a run; another one shows how much of the result was luck. If a change of seed moves the end of the validation line as much as a change of a parameter does, the parameter has shown nothing yet.',
    },
  }),
  engine: choice({
    label: 'Engine',
    group: 'engine',
    default: 'auto',
    applies: 'restart',
    urlKey: 'engine',
    names: {},
    options: [
      { value: 'auto', label: 'Automatic', line: 'The fastest for this network, measured on this machine.' },
      { value: 'wasm', label: 'WASM', line: 'Kernels in WebAssembly: the fastest for small networks.' },
      { value: 'webgpu', label: 'WebGPU', line: 'Our own kernels on the graphics card, for large networks.' },
      { value: 'tfjs-webgpu', label: 'WebGPU, tfjs', line: 'The graphics card through the WebGPU kernels of TensorFlow.js.' },
      { value: 'tfjs-webgl', label: 'WebGL', line: 'The graphics card through WebGL.' },
      { value: 'tfjs-cpu', label: 'CPU', line: 'TensorFlow.js in JavaScript: slow, but everywhere the same.' },
    ],
    help: {
      line: 'What does the arithmetic.',
      paragraph:
        'It changes the speed, not the lesson: the same engine on the same device repeats a run bit for bit, another one within rounding. Small networks are quicker in WebAssembly on the CPU, because a graphics card spends its time on being asked.',
    },
  }),
  pace: number({
    label: 'Pace',
    group: 'engine',
    unit: 'steps/s',
    min: 0,
    max: paceFlatOut,
    scale: 'zeroLog',
    smallest: 1,
    default: 0,
    zero: 'automatic',
    applies: 'live',
    urlKey: 'pace',
    names: {},
    help: {
      line: 'How many steps a second are shown; automatic lets a run be watched for about 15 seconds.',
      paragraph:
        'Pace changes what you see, never what is computed. Slow, each step can be followed on the charts; flat out, at the right end, the run ends as soon as the machine can. A network that needs longer anyway is never slowed down.',
    },
  }),
};

/** The group and its line. */
export const engineGroup: Group<ValuesOf<typeof engine>> = {
  id: 'engine',
  title: 'Seed and engine',
  summary: (config) => {
    const name = config.engine === 'auto' ? 'auto' : engine.engine.options.find((option) => option.value === config.engine)?.label;
    return `${config.seed} · ${name ?? config.engine}`;
  },
};
