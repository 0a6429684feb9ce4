/** What engines differ in when a graph is planned: which operations share an instruction, and how those may read. */
import type { Node } from '../../graph/graph.ts';

/** What an engine's groups of operations can do. */
export interface Traits {
  /** True for operations that a group carries out element by element. */
  isElementwise(node: Node): boolean;
  /** True for operations that join a group too, but read their inputs at places of their own. */
  isIndexed(node: Node): boolean;
  /** A group reads repeated axes of any kind; otherwise rows and columns of one length, and the rest is written out first. */
  readonly readsAnyAxes: boolean;
  /** A product and a row that is added to it are one instruction. */
  readonly addsRows: boolean;
  /** Sums over everything are made along with their summands, several in a group. */
  readonly joinsSums: boolean;
  /** Single numbers stand four times in their memory. */
  readonly hasCells: boolean;
}
