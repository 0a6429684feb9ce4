/**
 * A group of operations as code for one element: every operand is loaded once, every intermediate result is a name, and only what others read
 * is stored.
 */
import type { NodeId } from '../../../graph/graph.ts';
import type { Group, Member } from '../../planning/instructions.ts';
import type { Operand } from '../../planning/operands.ts';
import { elementwise, type ElementwiseName } from './elementwise.ts';
import { indexedBody } from './indexed.ts';
import { operandPosition } from './indexing.ts';
import type { Scope } from './scope.ts';

/** Statements, and the names of the values that they make. */
export interface ElementCode {
  readonly code: string;
  readonly valueOf: (root: NodeId) => string;
}

/** Code for element `index` of a group; `head` is the element that its head has made. */
export function elementCode(group: Group, scope: Scope, index: string, head?: string): ElementCode {
  const names = new Map<NodeId, string>();
  let code = '';
  if (group.head !== undefined && head !== undefined) {
    names.set(group.head.result, head);
    code += scope.store(group.head.result, index, head);
  }
  const loaded = new Map<string, string>();
  const read = (operand: Operand): string => {
    const { root, offset } = scope.values.view(operand.source);
    const own = offset === 0 && (operand.kind === 'full' || group.size === 1) ? names.get(root) : undefined;
    if (own !== undefined) return own;
    const position = operandPosition(operand, index);
    const expression = scope.load(operand.source, position);
    const known = loaded.get(expression);
    if (known !== undefined) return known;
    const name = `x${String(loaded.size)}`;
    loaded.set(expression, name);
    code += `let ${name} = ${expression};\n`;
    return name;
  };
  for (const member of group.members) {
    const value = memberValue(member, scope, index, read);
    const name = `v${String(member.id)}`;
    code += `let ${name} = ${value};\n${scope.store(member.id, index, name)}`;
    names.set(member.id, name);
  }
  return { code, valueOf: (root) => names.get(root) ?? '0.0' };
}

function memberValue({ id, operands }: Member, scope: Scope, index: string, read: (operand: Operand) => string): string {
  const node = scope.values.node(id);
  if (node.op in elementwise) {
    const [a = '', b = '', c = ''] = operands.map(read);
    return elementwise[node.op as ElementwiseName](a, b, c);
  }
  const input = (place: number): NodeId => node.inputs[place] ?? -1;
  const body = indexedBody(node, {
    load: (place, position) => scope.load(input(place), position),
    shape: (place) => scope.shape(input(place)),
  });
  return `${scope.define('Element', '(i: u32) -> f32', body)}(${index})`;
}
