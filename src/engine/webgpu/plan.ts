/** A draft with its places: the shaders of its dispatches, and where its outputs are found. */
import type { NodeId } from '../../graph/graph.ts';
import { isLeaf } from '../planning/values.ts';
import { floatBytes } from '../planning/layout.ts';
import { shaderOf, type Facts, type Phase, type Shader } from './code/module.ts';
import { Scope, type Place, type Places } from './code/scope.ts';
import type { Draft } from './draft.ts';
import { closingLevels, leftoverPhases, spareFloats, type Leftover } from './closing.ts';
import type { Task } from './dispatches.ts';
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
  const { values, graph, rows } = draft;
  const places = placesOf(draft, residents);
  const outputs = Object.entries(graph.outputs).map(([name, id]) => ({ name, id, shape: values.node(id).shape, place: places(id) }));
  const metrics = isStep ? outputs.filter(({ id }) => values.size(id) === 1) : [];
  const inRing = (index: number): string => `metrics[thisSlot * ${String(metrics.length)}u + ${String(index)}u]`;
  const made = new Map<NodeId, string[]>();
  const [given, within]: [Leftover[], Leftover[]] = [[], []];
  metrics.forEach(({ id, place }, index) => {
    const { root } = values.view(id);
    if (isLeaf(values.node(root))) given.push({ place, to: inRing(index) });
    else if (values.size(root) > 1) within.push({ place, to: inRing(index) });
    else made.set(root, [...(made.get(root) ?? []), inRing(index)]);
  });
  const dispatches = withEnds(
    leftoverPhases(draft, places, 'first', given),
    phasesOf(draft, places, (root) => made.get(root) ?? []),
    closingLevels(draft, residents, places, within),
  );
  const [first, ...others] = dispatches;
  const isLoop = isStep && first !== undefined && others.length === 0 && isAlone(first);
  const facts: Facts = { seed, rowWords: rows.words, isLoop };
  return { shaders: dispatches.map((levels) => shaderOf(levels, facts)), isLoop, outputs, metrics: metrics.map(({ name }) => name) };
}

type Levels = readonly (readonly Phase[])[];

/** The code of all tasks, dispatch by dispatch. */
function phasesOf({ values, dispatches }: Draft, places: Places, copies: (root: NodeId) => readonly string[]): readonly Levels[] {
  let count = 0;
  const phaseOf = ({ kernel }: Task): readonly Phase[] => {
    if (kernel === undefined) return [];
    const scope = new Scope(values, places, `phase${String(count++)}`, copies);
    const { workgroups, sharedFloats } = kernel;
    return [{ ...scope.finish(kernel.emit(scope)), workgroups, sharedFloats }];
  };
  return dispatches.map((levels) => levels.map((tasks) => tasks.flatMap(phaseOf)));
}

/** True for what one workgroup does alone. */
function isAlone(levels: Levels): boolean {
  return levels.length > 1 || levels.flat().every(({ workgroups }) => workgroups === 1);
}

/** Puts phases beside the first level, and levels behind the last: into the dispatches that are there, if that is possible. */
function withEnds(opening: readonly Phase[], dispatches: readonly Levels[], closing: Levels): readonly Levels[] {
  const [[level = [], ...levels] = [], ...others] = dispatches;
  const opened = opening.length === 0 ? dispatches : [[[...opening, ...level], ...levels], ...others];
  const last = opened.at(-1);
  if (closing.length === 0) return opened;
  if (last !== undefined && isAlone(last) && closing.flat().every(({ workgroups }) => workgroups === 1))
    return [...opened.slice(0, -1), [...last, ...closing]];
  return [...opened, ...closing.map((phases) => [phases])];
}

/** Where the values of a draft are. */
export function placesOf({ values, layout, rows }: Draft, residents: Residents): Places {
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
