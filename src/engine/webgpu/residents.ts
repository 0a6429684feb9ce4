/** What stays on the device while a program is loaded: states in the arena, data and constants in a buffer that is only read. */
import type { HostTensor, Program } from '../../graph/executor.ts';
import { sizeOf, type Node } from '../../graph/graph.ts';
import { EngineError } from '../engine-error.ts';
import type { Draft } from './draft.ts';

type Leaf = Extract<Node, { op: 'data' | 'constant' }>;

/** A tensor from element `at` on. */
export interface Resident {
  readonly at: number;
  readonly shape: readonly number[];
}

/** Places of a program's tensors, in elements. */
export interface Residents {
  readonly states: ReadonlyMap<string, Resident>;
  /** Elements that the states take, and first place of what plans need besides. */
  readonly stateFloats: number;
  readonly dataFloats: number;
  state(name: string): Resident;
  /** Place of data or of a constant. */
  data(leaf: Leaf): number;
  /** Calls `put` with everything that must be written before the first step. */
  fill(put: (buffer: 'arena' | 'data', at: number, values: Float32Array) => void): void;
}

/** Tensors begin at multiples of this. */
const alignment = 16;

/** Gives the states of a program and what its plans read of data and constants their places. */
export function residentsOf(program: Program, drafts: readonly Draft[]): Residents {
  const room = (): { take(size: number): number; used(): number } => {
    let next = 0;
    return {
      take(size) {
        const at = next;
        next += Math.ceil(size / alignment) * alignment;
        return at;
      },
      used: () => next,
    };
  };
  const [arena, data] = [room(), room()];
  const states = new Map(
    Object.entries(program.state).map(([name, tensor]) => [name, { at: arena.take(sizeOf(tensor.shape)), shape: tensor.shape }]),
  );
  const places = new Map<string | Float32Array, { readonly at: number; readonly values: Float32Array }>();
  for (const { values } of drafts)
    for (const id of values.needed) {
      const node = values.node(id);
      if (node.op !== 'data' && (node.op !== 'constant' || node.values.length === 1)) continue;
      const key = node.op === 'data' ? node.name : node.values;
      if (places.has(key)) continue;
      const content = node.op === 'data' ? program.data[node.name]?.values : node.values;
      // A graph that is never run may name data that the program does not have.
      if (content !== undefined) places.set(key, { at: data.take(content.length), values: content });
    }
  const state = (name: string): Resident => known(states.get(name), `state ${name}`);
  return {
    states,
    stateFloats: arena.used(),
    dataFloats: data.used(),
    state,
    data: (leaf) =>
      leaf.op === 'data' ? known(places.get(leaf.name), `data ${leaf.name}`).at : known(places.get(leaf.values), 'constant').at,
    fill(put) {
      for (const [name, { values }] of Object.entries<HostTensor>(program.state)) put('arena', state(name).at, values);
      for (const { at, values } of places.values()) put('data', at, values);
    },
  };
}

function known<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new EngineError('internal', `The program has no ${what}.`);
  return value;
}
