/** A draft with its places: the shaders of its dispatches, and where its outputs are found. */
import type { NodeId } from '../../graph/graph.ts';
import { isLeaf } from '../planning/values.ts';
import { floatBytes } from '../planning/layout.ts';
import { shaderOf, type Facts, type Phase, type Shader } from './code/module.ts';
import { Scope, type Place, type Places } from './code/scope.ts';
import type { Draft } from './draft.ts';
import { closingPhases, spareFloats } from './closing.ts';
import type { Residents } from './residents.ts';

/** A graph as shaders. */
export interface Plan {
  readonly shaders: readonly Shader[];
  /** The one shader goes through several steps by itself. */
  readonly isLoop: boolean;
  readonly outputs: readonly Output[];
  /** Names of the single numbers that each step leaves in a row of metrics. */
  readonly metrics: readonly string[];
}

/** An output and where it is after a run. */
export interface Output {
  readonly name: string;
  readonly shape: readonly number[];
  readonly place: Place;
}

/** Elements of the arena that a plan needs besides the states. */
export function floatsOf(draft: Draft): number {
  return Math.ceil(draft.layout.bytes / floatBytes) + spareFloats(draft);
}

/** Writes the shaders of a draft. `isStep`: its single numbers are metrics. */
export function planOf(draft: Draft, residents: Residents, seed: number, isStep: boolean): Plan {
  const { values, graph, rows, dispatches } = draft;
  const places = placesOf(draft, residents);
  const outputs = Object.entries(graph.outputs).map(([name, id]) => ({ name, id, shape: values.node(id).shape, place: places(id) }));
  const metrics = isStep ? outputs.filter(({ id }) => values.size(id) === 1) : [];
  const slots = new Map<NodeId, number[]>();
  metrics.forEach(({ id }, index) => {
    const { root } = values.view(id);
    if (values.size(root) === 1 && !isLeaf(values.node(root))) slots.set(root, [...(slots.get(root) ?? []), index]);
  });
  const inRing = (index: number): string => `metrics[thisSlot * ${String(metrics.length)}u + ${String(index)}u]`;
  let count = 0;
  const levels = dispatches.map((dispatch) =>
    dispatch.map((tasks) =>
      tasks.map(({ kernel }): Phase => {
        const scope = new Scope(values, places, `phase${String(count++)}`, (root) => (slots.get(root) ?? []).map(inRing));
        const body = kernel?.emit(scope) ?? '';
        return { ...scope.finish(body), workgroups: kernel?.workgroups ?? 0, sharedFloats: kernel?.sharedFloats ?? 0 };
      }),
    ),
  );
  const left = metrics.flatMap(({ id, place }, index) => (slots.has(values.view(id).root) ? [] : [{ place, to: inRing(index) }]));
  const closing = closingPhases(draft, residents, places, left);
  const last = levels.at(-1);
  const isSmall = closing.flat().every(({ workgroups }) => workgroups === 1);
  if (last !== undefined && isSmall && (last.length > 1 || (last[0] ?? []).every(({ workgroups }) => workgroups === 1)))
    last.push(...closing);
  else levels.push(...closing.map((phases) => [phases]));
  const isLoop =
    isStep && levels.length === 1 && ((levels[0] ?? []).length > 1 || (levels[0]?.[0] ?? []).every(({ workgroups }) => workgroups === 1));
  const facts: Facts = { seed, rowWords: rows.words, isLoop };
  return { shaders: levels.map((level) => shaderOf(level, facts)), isLoop, outputs, metrics: metrics.map(({ name }) => name) };
}

/** Where the values of a draft are. */
function placesOf({ values, layout, rows }: Draft, residents: Residents): Places {
  const feeds = new Map<string, number>();
  rows.numbers.forEach(({ name }, index) => feeds.set(name, 1 + index));
  rows.sizes.reduce((at, { name, size }) => {
    feeds.set(name, at);
    return at + size;
  }, 1 + rows.numbers.length);
  const base = (root: NodeId): Place => {
    const overwritten = layout.overwritten(root);
    if (overwritten !== undefined) return base(overwritten);
    const within = layout.offset(root);
    if (within !== undefined) return { kind: 'arena', at: residents.stateFloats + within / floatBytes };
    const node = root < values.graph.nodes.length ? values.node(root) : undefined;
    switch (node?.op) {
      case 'scalar':
      case 'feed':
        return { kind: 'feed', at: feeds.get(node.name) ?? 0 };
      case 'state':
        return { kind: 'arena', at: residents.state(node.name).at };
      case 'constant':
        return node.values.length === 1
          ? { kind: 'literal', value: node.values[0] ?? Number.NaN }
          : { kind: 'data', at: residents.data(node) };
      case 'data':
        return { kind: 'data', at: residents.data(node) };
      default:
        return { kind: 'nowhere' };
    }
  };
  return (id) => {
    const { root, offset } = values.view(id);
    const place = base(root);
    return 'at' in place ? { kind: place.kind, at: place.at + offset } : place;
  };
}
