/**
 * The text of one kernel while it is written. Two kernels that do the same on other operands have the same text, so that they share a pipeline and
 * can share a dispatch: what differs (addresses and sizes) are words of a table, in the order in which the text asks for them.
 */
import type { NodeId } from '../../../graph/graph.ts';
import { EngineError } from '../../engine-error.ts';
import type { Facts } from '../facts.ts';
import { literal } from './functions.ts';

/** A word of a table: a size, or where a value begins. */
export type Word = number | { readonly of: NodeId };

/** Reads element `index` (an expression) of a value. */
export type Reader = (index: string) => string;

/** Smallest number that is not denormal: what is smaller is not trusted to a literal. */
const smallest = 2 ** -126;

/** Collects words and names. */
export class Text {
  readonly words: Word[] = [];
  readonly facts: Facts;
  private names = 0;

  constructor(facts: Facts) {
    this.facts = facts;
  }

  /** An expression for a word of the table, in a function with the parameter `job`. */
  word(word: Word): string {
    // The first word of a job is the number of its first workgroup.
    const place = this.words.push(word);
    return `tables[job + ${String(place >> 2)}u].${'xyzw'[place & 3] ?? ''}`;
  }

  /** A name that was not used before. */
  name(): string {
    return `v${String(this.names++)}`;
  }

  /** How a value is read. */
  reader(id: NodeId): Reader {
    const { facts } = this;
    const { root, offset } = facts.view(id);
    const node = facts.nodeOf(root);
    if (node?.op === 'constant' && facts.size(id) === 1) {
      const value = node.values[offset] ?? Number.NaN;
      if (value === 0 || (Number.isFinite(value) && Math.abs(value) >= smallest)) return () => literal(value);
    }
    const at = this.word({ of: id });
    switch (facts.origin(root)) {
      case 'host':
        return () => `bitcast<f32>(feed[${at}])`;
      case 'feed':
        return (index) => `bitcast<f32>(feed[${at} + ${index}])`;
      default:
        return (index) => `memory[${at} + ${index}]`;
    }
  }

  /** The reader of an input of a node. */
  input(id: NodeId, position: number): Reader {
    const input = this.facts.nodeOf(id)?.inputs[position];
    if (input === undefined) throw new EngineError('internal', `Node ${String(id)} has no input ${String(position)}.`);
    return this.reader(input);
  }

  /** The shape of an input of a node. */
  inputShape(id: NodeId, position: number): readonly number[] {
    return this.facts.nodeOf(this.facts.nodeOf(id)?.inputs[position] ?? -1)?.shape ?? [];
  }
}
