/**
 * The order of a plan's instructions, and which elementwise operations share one.
 *
 * Idea: an elementwise node joins the open group of its size, and a group is closed, that is given its place in the order, only when
 * something outside it reads one of its values. So a chain of operations, whatever stands between them in the graph, becomes one pass. A single number
 * that is made of a group's sums, a norm, closes it only when something in turn needs that number: what follows can then be the same pass.
 */
import type { NodeId } from '../../graph/graph.ts';
import { operandOf, type Axis, type Operand } from '../plan/operands.ts';
import { isElementwise, isLeaf, type Values } from '../plan/values.ts';
import { inputsOf, type Group, type Instruction, type Single } from './instructions.ts';
import { keptProbabilities, type Kept } from './kept.ts';
import { sharedSums, type SharedSum } from './shares.ts';

/** Elements of groups that are straight code: it hands on in registers what it makes, and gains nothing by being one pass. */
export const straightElements = 48;

/**
 * Orders the needed nodes of a graph. Single numbers wait until they are needed, so that groups whose sums they read take more members, unless that
 * would have any sum added up in another order.
 */
export function schedule(values: Values): readonly Instruction[] {
  const [waiting, atOnce] = [ordered(values, true), ordered(values, false)];
  return sumOrders(waiting) === sumOrders(atOnce) ? waiting : atOnce;
}

/** How the sums are added up: row by row of a group or straight through it. Sums that kernels make are not told: their order never changes. */
function sumOrders(instructions: readonly Instruction[]): string {
  const sums = instructions.flatMap((one) => (one.kind === 'group' ? one.sums.map(({ id }) => [id, one.columns ?? 0] as const) : []));
  return JSON.stringify(sums.sort(([a], [b]) => a - b));
}

function ordered(values: Values, withWaiting: boolean): readonly Instruction[] {
  const order = new Order(values, withWaiting);
  const biases = fusedBiases(values);
  const shared = sharedSums(values, (id) => biases.products.has(id));
  const placed = new Set<SharedSum>();
  const kept = keptProbabilities(values);
  for (const id of values.needed) {
    const node = values.node(id);
    if (isLeaf(node) || values.view(id).root !== id || values.isLazy(id) || biases.products.has(id)) continue;
    const both = shared.get(id);
    if (both !== undefined) {
      if (!placed.has(both)) order.place({ kind: 'single', id: both.whole, result: both.whole, share: both.share });
      placed.add(both);
      continue;
    }
    const fused = biases.sums.get(id);
    if (node.op === 'sum' && order.joinSum(id)) continue;
    order.add(id, fused ?? (isElementwise(node) ? undefined : { kind: 'single', id, result: id, ...withKept(kept.get(id)) }));
  }
  return order.finish();
}

/** The instructions placed so far and the groups that still take members, one for each size. */
class Order {
  private readonly values: Values;
  private readonly instructions: Instruction[] = [];
  private readonly open = new Map<number, Group>();
  private readonly groupOf = new Map<NodeId, Group>();
  private readonly expansions = new Map<string, NodeId>();
  /** Single numbers that have no place yet, with their instructions if they have any of their own. */
  private readonly waiting = new Map<NodeId, Single | undefined>();
  /** What groups of whose sums something waits do not take any more. */
  private readonly refused = new Map<Group, ReadonlySet<NodeId>>();
  private readonly withWaiting: boolean;
  private next: NodeId;

  constructor(values: Values, withWaiting: boolean) {
    this.values = values;
    this.withWaiting = withWaiting;
    this.next = values.graph.nodes.length;
  }

  place(single: Single): void {
    for (const input of inputsOf(this.values, single)) this.settle(input);
    this.instructions.push(single);
  }

  /** An elementwise node, or another with its instruction: now, or if it is a single number that would close a group, when something needs it. */
  add(id: NodeId, single: Single | undefined): void {
    if (this.withWaiting && this.values.size(id) === 1 && this.mustWait(id)) this.waiting.set(id, single);
    else if (single === undefined) this.join(id);
    else this.place(single);
  }

  /** Whether a single number reads of a large open group, or of what waits because it does. */
  private mustWait(id: NodeId): boolean {
    let waits = false;
    for (const input of this.values.node(id).inputs) {
      const { root } = this.values.view(input);
      const group = this.openGroupOf(root);
      const isLarge = group !== undefined && group.size > straightElements;
      if (isLarge) this.refused.set(group, leadingBack(this.values, group));
      waits ||= isLarge || this.waiting.has(root);
    }
    return waits;
  }

  /** Ends the waiting of a node. */
  private call(id: NodeId): void {
    const single = this.waiting.get(id);
    if (!this.waiting.delete(id)) return;
    for (const input of this.values.node(id).inputs) this.call(this.values.view(input).root);
    if (single === undefined) this.join(id);
    else this.place(single);
  }

  /** Puts an elementwise node in the open group of its size. */
  private join(id: NodeId): void {
    const { inputs, shape } = this.values.node(id);
    const size = this.values.size(id);
    const before = this.open.get(size);
    if (before !== undefined && this.refused.get(before)?.has(id) === true) this.close(before);
    let columns = this.open.get(size)?.columns;
    const operands = inputs.map((input) => {
      const operand = this.fitted(operandOf(this.values, input, shape, size), size, columns);
      if (operand.kind === 'row' || operand.kind === 'column') columns = operand.columns;
      if (!this.isWithin(operand, size)) this.settle(operand.source);
      return operand;
    });
    // Settling an operand may have closed the group whose row length the others were fitted to.
    const group = this.open.get(size) ?? { kind: 'group', size, columns, members: [], sums: [] };
    group.columns = columns;
    group.members.push({ id, operands });
    this.open.set(size, group);
    this.groupOf.set(id, group);
  }

  /** Lets a sum over everything be made along with its summands, if their group still takes members; true if so. */
  joinSum(id: NodeId): boolean {
    const [input = -1] = this.values.node(id).inputs;
    const { root, offset } = this.values.view(input);
    const group = this.openGroupOf(root);
    const isWhole = offset === 0 && this.values.size(id) === 1 && this.values.size(root) === this.values.size(input);
    if (group === undefined || group.size === 1 || !isWhole) return false;
    group.sums.push({ id, member: root });
    this.groupOf.set(id, group);
    return true;
  }

  finish(): readonly Instruction[] {
    for (const id of [...this.waiting.keys()]) this.call(id);
    return [...this.instructions, ...this.open.values()];
  }

  /** Whether an operand is read within the open group of this size. */
  private isWithin({ kind, source }: Operand, size: number): boolean {
    const { root, offset } = this.values.view(source);
    return (kind === 'full' || (kind === 'cell' && size === 1)) && offset === 0 && this.groupOf.get(root) === this.open.get(size);
  }

  /** Gives the group of a value its place in the order, if it has none yet. */
  private settle(id: NodeId): void {
    const { root } = this.values.view(id);
    this.call(root);
    const group = this.openGroupOf(root);
    if (group !== undefined) this.close(group);
  }

  private close(group: Group): void {
    this.open.delete(group.size);
    this.instructions.push(group);
  }

  /** The group that makes a value, if it still takes members. */
  private openGroupOf(root: NodeId): Group | undefined {
    const group = this.groupOf.get(root);
    return group !== undefined && this.open.get(group.size) === group ? group : undefined;
  }

  /** The operand as a group of this size and row length can read it. */
  private fitted(operand: Operand, size: number, columns: number | undefined): Operand {
    const { source } = operand;
    if (operand.kind === 'written') return { kind: 'full', source: this.expand(source, size, operand.axes) };
    // Whoever reads one number reads four: a kernel may have written only the first.
    if (operand.kind === 'cell' || (operand.kind === 'full' && size === 1))
      return isCell(this.values, source) ? operand : { kind: 'cell', source: this.expand(source, 1, undefined) };
    if ((operand.kind !== 'row' && operand.kind !== 'column') || columns === undefined || columns === operand.columns) return operand;
    const strides = operand.kind === 'row' ? ([0, 1] as const) : ([1, 0] as const);
    const axes: readonly Axis[] = [
      [size / operand.columns, strides[0]],
      [operand.columns, strides[1]],
    ];
    return { kind: 'full', source: this.expand(source, size, axes) };
  }

  private expand(source: NodeId, size: number, axes: readonly Axis[] | undefined): NodeId {
    const key = JSON.stringify([source, axes]);
    const known = this.expansions.get(key);
    if (known !== undefined) return known;
    this.settle(source);
    const result = this.next++;
    this.instructions.push({ kind: 'expansion', source, result, size, axes });
    this.expansions.set(key, result);
    return result;
  }
}

/** What leads, element by element, to something that depends on a group's own sums: it would be stored only to be read again once these are known. */
function leadingBack(values: Values, { size, sums }: Group): ReadonlySet<NodeId> {
  const dependent = new Set(sums.map(({ id }) => id));
  for (const id of values.needed) if (values.node(id).inputs.some((input) => dependent.has(input))) dependent.add(id);
  const leading = new Set<NodeId>();
  for (const id of [...values.needed].reverse()) {
    const node = values.node(id);
    const isOnTheWay = values.size(id) === size && (isElementwise(node) || node.op === 'reshape');
    if (isOnTheWay && (dependent.has(id) || leading.has(id))) for (const input of node.inputs) leading.add(input);
  }
  return leading;
}

function withKept(kept: Kept | undefined): Pick<Single, 'kept'> {
  return kept === undefined ? {} : { kept };
}

/** True for a number that stands four times in its memory. */
function isCell(values: Values, id: NodeId): boolean {
  const { root } = values.view(id);
  if (root >= values.graph.nodes.length) return true;
  const node = values.node(root);
  return values.size(root) === 1 && (isLeaf(node) || isElementwise(node) || node.op === 'sum' || node.op === 'max');
}

/** Products that only a sum with a row reads: product and sum are one instruction. */
function fusedBiases(values: Values): { readonly products: ReadonlySet<NodeId>; readonly sums: ReadonlyMap<NodeId, Single> } {
  const products = new Set<NodeId>();
  const sums = new Map<NodeId, Single>();
  for (const id of values.needed) {
    const node = values.node(id);
    const [a, b] = node.inputs;
    if (node.op !== 'add' || a === undefined || b === undefined) continue;
    const [product, bias] = values.node(a).op === 'matMul' ? [a, b] : [b, a];
    if (values.node(product).op !== 'matMul' || values.readers[product] !== 1 || values.size(product) !== values.size(id)) continue;
    const operand = operandOf(values, bias, node.shape, values.size(id));
    const columns = node.shape.at(-1) ?? 1;
    if (values.size(operand.source) !== columns || (operand.kind !== 'row' && columns !== values.size(id) && columns !== 1)) continue;
    products.add(product);
    sums.set(id, { kind: 'single', id: product, result: id, bias: operand.source });
  }
  return { products, sums };
}
