/** The kernel of a cluster: its parts, written one into another. */
import type { NodeId } from '../../graph/graph.ts';
import type { Cluster, Section } from './cluster.ts';
import type { Facts } from './facts.ts';
import { assemble, type Kernel } from './wgsl/assemble.ts';
import { attentionCode } from './wgsl/attention.ts';
import { productCode } from './wgsl/product.ts';
import { reduceCode } from './wgsl/reduce.ts';
import { rowsCode } from './wgsl/rows.ts';
import { sectionCode, storeCode, type SectionContext } from './wgsl/section.ts';
import { Text, type Word } from './wgsl/text.ts';

/** What kernels need to know of the plan around them. */
export interface KernelContext {
  readonly facts: Facts;
  readonly copied: (id: NodeId) => NodeId | undefined;
  readonly isStored: (root: NodeId) => boolean;
  /** Where the ring of metrics begins. */
  readonly ring: Word;
}

const threads = 64;

/** What writes a core gives: its text up to how results are taken in, which stands last so that it asks for its words last. */
interface Code {
  readonly body: string;
  readonly threads: number;
  readonly workgroups: number;
}

/** Writes the kernel of a cluster. Throws an `EngineError` of kind `unsupported` where there is none. */
export function kernelOf(cluster: Cluster, context: KernelContext): Kernel {
  const text = new Text(context.facts);
  const section: SectionContext = { text, copied: context.copied, isStored: context.isStored };
  const { front, core, back } = cluster;
  if (core === undefined) return pointwise(front ?? { size: 0, members: [] }, section);
  const whole = ({ body, threads, workgroups }: Code, ...results: readonly NodeId[]): Kernel =>
    assemble(text, workgroups, { threads, body, finish: results.length > 0 ? finishCode(back, results, section) : '' });
  switch (core.kind) {
    case 'reduce': {
      const known = new Map<NodeId, string>();
      const inner = front ?? { size: core.geometry.limit, members: [] };
      const lines = sectionCode(inner, known, section);
      const names = core.reductions.map(({ source }) => {
        const own = known.get(context.facts.view(source).root);
        if (own !== undefined) return own;
        const name = text.name();
        lines.push(`let ${name} = ${text.reader(source)('i')};`);
        return name;
      });
      lines.push(...storeCode(inner.members, known, section));
      const code = reduceCode(core.geometry, core.reductions, { lines, names }, text);
      return whole(code, ...core.reductions.map(({ result }) => result));
    }
    case 'product':
      return whole(productCode(core.id, core.parts, text), core.result);
    case 'rows':
      return whole(rowsCode(core.id, text), core.result);
    case 'attention':
      return whole(attentionCode(core, text), core.result);
    case 'queries':
    case 'keys':
      return whole(attentionCode(core, text));
    case 'metrics': {
      const row = `${text.word(context.ring)} + feed[1] * ${text.word(core.sources.length)}`;
      const writes = core.sources.map((source, place) => `memory[row + ${String(place)}u] = ${text.reader(source)('0u')};`);
      return whole({
        body: `fn kernel(job: u32, place: u32, lane: u32) {\n  let row = ${row};\n  ${writes.join('\n  ')}\n}`,
        threads: 1,
        workgroups: 1,
      });
    }
  }
}

function pointwise(front: Section, section: SectionContext): Kernel {
  const { text } = section;
  const count = text.word(front.size);
  const known = new Map<NodeId, string>();
  const lines = sectionCode(front, known, section);
  lines.push(...storeCode(front.members, known, section));
  const body = `fn kernel(job: u32, place: u32, lane: u32) {
  let i = place * ${String(threads)}u + lane;
  if (i >= ${count}) { return; }
  ${lines.join('\n  ')}
}`;
  return assemble(text, Math.ceil(front.size / threads), { threads, body, finish: '' });
}

/** Declares `finish`, which takes in element `i` of what the core gives. */
function finishCode(back: Section | undefined, results: readonly NodeId[], section: SectionContext): string {
  const known = new Map(results.map((id) => [id, section.text.name()] as const));
  const parameters = [...known.values()].map((name) => `, ${name}: f32`).join('');
  const lines = back === undefined ? [] : sectionCode(back, known, section);
  const stored = [...results, ...(back?.members ?? [])];
  lines.push(...storeCode(stored, known, section));
  return `fn finish(job: u32, i: u32${parameters}) {\n  ${lines.join('\n  ')}\n}`;
}
