/** Operations element by element, as statements about the element `i`. */
import type { NodeId } from '../../../graph/graph.ts';
import { EngineError } from '../../engine-error.ts';
import type { Operand } from '../../plan/operands.ts';
import type { OperationName } from '../../plan/elementwise.ts';
import type { Section } from '../cluster.ts';
import { stridedIndex } from './indices.ts';
import { lookup } from './lookups.ts';
import type { Text } from './text.ts';

type Formula = (a: string, b: string, c: string) => string;

const formulas: Readonly<Record<OperationName, Formula>> = {
  neg: (a) => `-${a}`,
  exp: (a) => `expOf(${a})`,
  log: (a) => `logOf(${a})`,
  sqrt: (a) => `sqrt(${a})`,
  square: (a) => `${a} * ${a}`,
  abs: (a) => `abs(${a})`,
  sign: (a) => `signOf(${a})`,
  step: (a) => `select(0.0, 1.0, ${a} > 0.0)`,
  relu: (a) => `select(${a}, 0.0, ${a} < 0.0)`,
  tanh: (a) => `tanhOf(${a})`,
  sigmoid: (a) => `sigmoidOf(${a})`,
  softplus: (a) => `softplusOf(${a})`,
  erf: (a) => `erfOf(${a})`,
  reciprocal: (a) => `1.0 / ${a}`,
  isFinite: (a) => `isFiniteOf(${a})`,
  add: (a, b) => `${a} + ${b}`,
  sub: (a, b) => `${a} - ${b}`,
  mul: (a, b) => `${a} * ${b}`,
  div: (a, b) => `${a} / ${b}`,
  minimum: (a, b) => `smallerOf(${a}, ${b})`,
  maximum: (a, b) => `largerOf(${a}, ${b})`,
  greater: (a, b) => `select(0.0, 1.0, ${a} > ${b})`,
  select: (condition, a, b) => `select(${a}, ${b}, ${condition} == 0.0)`,
  broadcast: (a) => a,
};

/** What a section is written with. */
export interface SectionContext {
  readonly text: Text;
  /** The node that an invented value copies. */
  readonly copied: (id: NodeId) => NodeId | undefined;
  /** True for values that others read from memory. */
  readonly isStored: (root: NodeId) => boolean;
}

/** Statements that carry out a section for element `i`; `known` names values that are there already and takes the names of those it makes. */
export function sectionCode(section: Section, known: Map<NodeId, string>, context: SectionContext): string[] {
  const { text } = context;
  const reads = new Map<string, string>();
  const lines: string[] = [];
  const bind = (expression: string): string => {
    const name = text.name();
    lines.push(`let ${name} = ${expression};`);
    return name;
  };
  /** An operand as a name; each is read once. */
  const operand = (by: Operand, size: number): string => {
    const { root, offset } = text.facts.view(by.source);
    const own = known.get(root);
    if (own !== undefined && offset === 0 && text.facts.size(root) === size && (by.kind === 'full' || size === 1)) return own;
    const key = JSON.stringify(by);
    const name = reads.get(key) ?? bind(text.reader(by.source)(indexOf(by)));
    reads.set(key, name);
    return name;
  };
  for (const id of section.members) {
    const copied = context.copied(id);
    const node = text.facts.nodeOf(id);
    const operands = text.facts.operands(id);
    if (copied !== undefined) known.set(id, bind(text.reader(copied)('i')));
    else if (node === undefined) throw new EngineError('internal', 'A value comes from nowhere.');
    else if (operands === undefined) known.set(id, lookup(id, node, text, lines));
    else {
      const [a = '', b = '', c = ''] = operands.map((by) => operand(by, section.size));
      known.set(id, bind(formulas[node.op as OperationName](a, b, c)));
    }
  }
  return lines;
}

/** Statements that write the values of `names` to memory at element `i`, as far as anybody reads them there. Invented copies always are read. */
export function storeCode(ids: readonly NodeId[], known: ReadonlyMap<NodeId, string>, { text, isStored }: SectionContext): string[] {
  return ids.filter(isStored).map((id) => `memory[${text.word({ of: id })} + i] = ${known.get(id) ?? ''};`);
}

/** The element that an operand reads for element `i`. */
function indexOf(by: Operand): string {
  switch (by.kind) {
    case 'full':
      return 'i';
    case 'cell':
      return '0u';
    case 'row':
      return `i % ${String(by.columns)}u`;
    case 'column':
      return `i / ${String(by.columns)}u`;
    case 'written':
      return stridedIndex(by.axes);
  }
}
