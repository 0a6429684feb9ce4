/** Writes a group of elementwise operations as the words that `kernels/elementwise.ts` reads. */
import type { NodeId } from '../../graph/graph.ts';
import { blockSize, type Operand } from './operands.ts';
import * as opcode from './opcodes.ts';
import { operations } from './operations.ts';
import type { Group } from './schedule.ts';
import type { Values } from './values.ts';

/** Marks in the lowest bits of an address: it moves along with the elements; it starts further on with each block. */
const moves = 1;
const advances = 2;

/** Bytes of a register: a block and room for the vector that ends it. */
export const registerBytes = 4 * blockSize + 64;

/** What the encoder needs to know of the plan around it. */
export interface GroupContext {
  readonly values: Values;
  readonly kernel: (code: number) => number;
  /** Address of any value that is in memory. */
  readonly address: (id: NodeId) => number;
  /** False for values that only their own group reads. */
  readonly isInMemory: (root: NodeId) => boolean;
  /** Address of the n-th register. */
  readonly register: (index: number) => number;
}

/** The words of a group, and how many registers it uses. */
export function encodeGroup(group: Group, context: GroupContext): { readonly words: readonly number[]; readonly registers: number } {
  const { values, kernel } = context;
  const single = group.size === 1;
  const columns = group.columns ?? 1;
  const block = single ? 4 : Math.floor(blockSize / columns) * columns;
  const registers = new Registers();
  const places = new Map<NodeId, number>();
  const lastMember = lastReaders(values, group);
  const repeats: number[][] = [];
  const operations: number[][] = [];

  const placeOf = (operand: Operand): number => {
    const { root } = values.view(operand.source);
    const own = places.get(root);
    if (own !== undefined && operand.kind !== 'row' && operand.kind !== 'column') return own;
    const address = context.address(operand.source);
    if (operand.kind === 'cell') return address;
    if (operand.kind === 'full') return address | moves | (single ? 0 : advances);
    throw new RangeError('a repeated operand has no place of its own');
  };
  const repeated = new Map<string, number>();
  const read = (operand: Operand): number => {
    if (operand.kind !== 'row' && operand.kind !== 'column') return placeOf(operand);
    const key = `${operand.kind} ${String(operand.source)}`;
    const known = repeated.get(key);
    if (known !== undefined) return known;
    const to = context.register(registers.take()) | moves;
    const row = operand.kind === 'row';
    repeats.push([kernel(row ? opcode.repeatRow : opcode.repeatColumn), to, context.address(operand.source), 0, operand.columns]);
    repeated.set(key, to);
    return to;
  };

  group.members.forEach(({ id, operands }, position) => {
    const sources = operands.map(read);
    for (const { source } of operands) {
      const { root } = values.view(source);
      const register = registers.of(root);
      if (register !== undefined && lastMember.get(root) === position) registers.free(root);
    }
    const inMemory = context.isInMemory(id);
    const to = inMemory ? context.address(id) | moves | (single ? 0 : advances) : context.register(registers.take(id)) | moves;
    places.set(id, to);
    operations.push([kernel(codeOf(values, id)), to, sources[0] ?? 0, sources[1] ?? 0, sources[2] ?? 0]);
    if (!inMemory && lastMember.get(id) === undefined) registers.free(id);
  });
  const body = [...repeats, ...operations].flat();
  const head = [kernel(opcode.group), 4 * (5 + body.length), single ? 4 : group.size, block, repeats.length + operations.length];
  return { words: [...head, ...body], registers: registers.count };
}

function codeOf(values: Values, id: NodeId): number {
  const { op } = values.node(id);
  if (op === 'select') return opcode.select;
  if (op === 'broadcast') return opcode.identity;
  return operations[op as keyof typeof operations];
}

/** Position of the last member that reads each value. */
function lastReaders(values: Values, group: Group): ReadonlyMap<NodeId, number> {
  const last = new Map<NodeId, number>();
  group.members.forEach(({ operands }, position) => {
    for (const { source } of operands) last.set(values.view(source).root, position);
  });
  return last;
}

/** Registers in use and free. A result may take the register of an operand that ends with it: each element is read before it is written. */
class Registers {
  count = 0;
  private readonly unused: number[] = [];
  private readonly held = new Map<NodeId, number>();

  take(id?: NodeId): number {
    const register = this.unused.pop() ?? this.count++;
    if (id !== undefined) this.held.set(id, register);
    return register;
  }

  of(id: NodeId): number | undefined {
    return this.held.get(id);
  }

  free(id: NodeId): void {
    const register = this.held.get(id);
    if (register === undefined) return;
    this.held.delete(id);
    this.unused.push(register);
  }
}
