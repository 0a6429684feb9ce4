/** What stays in memory while a program is loaded: states, data and constants, and the working memory that its plans share. */
import type { HostTensor, Program } from '../../graph/executor.ts';
import { sizeOf, type Node } from '../../graph/graph.ts';
import { EngineError } from '../engine-error.ts';
import type { Arena } from './arena.ts';
import { cellBytes } from '../planning/layout.ts';

/** A tensor in memory; one of a single element fills a cell of four. */
export interface Resident {
  readonly address: number;
  readonly shape: readonly number[];
}

/** Memory of one program. */
export interface Residents {
  readonly states: ReadonlyMap<string, Resident>;
  state(name: string): Resident;
  /** Address of a state, of data or of a constant, which are brought in when first asked for. */
  address(leaf: Node): number;
  /** Memory for values between the instructions of a plan; only one plan runs at a time. */
  temporary(bytes: number): number;
  /** Memory for the length of one instruction, and for the row of feeds of an evaluation before its first. */
  readonly scratch: (floats: number) => number;
  readonly frame: (key: string, floats: number) => number;
  /** Memory of its own. */
  spare(bytes: number): number;
  /** Address of a vector that holds four times the same 32 bits. */
  readonly pattern: (bits: number) => number;
  read(resident: Resident): HostTensor;
  write(resident: Resident, values: Float32Array): void;
}

/** Brings in the states of a program; data and constants come when a plan needs them. */
export function createResidents(program: Program, arena: Arena): Residents {
  const write = ({ address, shape }: Resident, values: Float32Array): void => {
    if (sizeOf(shape) === 1) arena.floats().fill(values[0] ?? Number.NaN, address / 4, address / 4 + 4);
    else arena.floats().set(values, address / 4);
  };
  const bringIn = ({ shape, values }: HostTensor): Resident => {
    const size = sizeOf(shape);
    if (values.length !== size) throw new EngineError('internal', `${String(values.length)} values for ${String(size)} elements.`);
    const resident = { address: arena.take(Math.max(cellBytes, 4 * size)), shape };
    write(resident, values);
    return resident;
  };
  const states = new Map(Object.entries(program.state).map(([name, tensor]) => [name, bringIn(tensor)]));
  const state = (name: string): Resident => known(states.get(name), `state ${name}`);
  const data = remembered((name: string) => bringIn(known(program.data[name], `data ${name}`)));
  const constant = remembered((values: Float32Array) => bringIn({ values, shape: [values.length] }));
  return {
    states,
    state,
    address(leaf) {
      if (leaf.op === 'state') return state(leaf.name).address;
      if (leaf.op === 'data') return data(leaf.name).address;
      if (leaf.op === 'constant') return constant(leaf.values).address;
      throw new EngineError('internal', `${leaf.op} does not stay in memory.`);
    },
    ...workingMemory(arena),
    spare: (bytes) => arena.take(bytes),
    pattern: remembered((bits: number) => {
      const at = arena.take(cellBytes);
      arena.words().fill(bits, at / 4, (at + cellBytes) / 4);
      return at;
    }),
    read: ({ address, shape }) => ({ shape, values: arena.floats().slice(address / 4, address / 4 + sizeOf(shape)) }),
    write,
  };
}

/** What plans and instructions share, because they run one after another. */
function workingMemory(arena: Arena): Pick<Residents, 'temporary' | 'scratch' | 'frame'> {
  const shared = (): ((bytes: number) => number) => {
    let [at, length] = [0, -1];
    return (bytes) => {
      if (bytes > length) [at, length] = [arena.take(bytes), bytes];
      return at;
    };
  };
  const scratch = shared();
  const frames = new Map<string, number>();
  return {
    temporary: shared(),
    scratch: (floats) => scratch(4 * floats),
    frame(key, floats) {
      const frame = frames.get(key) ?? arena.take(4 * floats);
      frames.set(key, frame);
      return frame;
    },
  };
}

function remembered<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

function known<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new EngineError('internal', `The program has no ${what}.`);
  return value;
}
