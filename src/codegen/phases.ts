/**
 * A run with its live changes, as the emitters ask about it: does any stretch of it use this part, and how is this value written?
 *
 * Idea: a value that stays the same throughout is a literal; one that a live change moves is read from `now`, the settings in force, and is
 * noted, so that the script lists exactly the changes it needs.
 */
import type { Config } from '../params/config.ts';
import type { ParameterId } from '../params/table.ts';
import type { Phase, RunMaterial } from './material.ts';
import type { Plain } from './python.ts';
import { literal, snakeCase } from './python.ts';

/** Values by parameter: what `now` holds in one phase. */
type Derive = (config: Config, phase: Phase) => Plain;

/** The phases of one run, and what has been asked about them. */
export class Phases {
  readonly first: Phase;
  private readonly all: readonly Phase[];
  /** What moves, by its name in `now`. */
  private readonly moving = new Map<string, Derive>();

  constructor(material: RunMaterial) {
    this.all = material.phases;
    const [first] = material.phases;
    if (!first) throw new RangeError('a run has at least one phase');
    this.first = first;
  }

  /** The configuration at the start. */
  get config(): Config {
    return this.first.config;
  }

  /** All phases in turn. */
  get list(): readonly Phase[] {
    return this.all;
  }

  /** Whether this holds in any phase. */
  some(holds: (config: Config, phase: Phase) => boolean): boolean {
    return this.all.some((phase) => holds(phase.config, phase));
  }

  /** Whether a value that a phase gives is the same in all of them. */
  isConstant(derive: Derive): boolean {
    const written = (phase: Phase) => literal(derive(phase.config, phase));
    return this.all.every((phase) => written(phase) === written(this.first));
  }

  /** Whether parameters keep their values throughout. */
  keeps(...ids: readonly ParameterId[]): boolean {
    return ids.every((id) => this.isConstant((config) => config[id]));
  }

  /** How a parameter is written: as a literal, or as a member of `now`. */
  value(id: ParameterId): string {
    return this.derived(snakeCase(id), (config) => config[id]);
  }

  /** The same for a value that follows from a phase, under a name of its own. */
  derived(name: string, derive: Derive): string {
    if (this.isConstant(derive)) return literal(derive(this.first.config, this.first));
    this.moving.set(name, derive);
    return `now.${name}`;
  }

  /** The condition under which a part acts, where it does so in some phases only; undefined if always. */
  condition(name: string, holds: (config: Config, phase: Phase) => boolean): string | undefined {
    if (this.all.every((phase) => holds(phase.config, phase))) return undefined;
    return this.derived(name, (config, phase) => holds(config, phase));
  }

  /** Whether anything that has been asked for moves. */
  moves(): boolean {
    return this.moving.size > 0;
  }

  /** What `now` holds at the start, and what each later phase changes of it; empty if nothing moves. */
  settings(): {
    readonly start: Readonly<Record<string, string>>;
    readonly changes: readonly (readonly [number, Record<string, string>])[];
  } {
    const written = (phase: Phase) => [...this.moving].map(([name, derive]) => [name, literal(derive(phase.config, phase))] as const);
    let before = new Map(written(this.first));
    const changes = this.all.slice(1).flatMap((phase) => {
      const after = new Map(written(phase));
      const changed = [...after].filter(([name, text]) => before.get(name) !== text);
      before = after;
      return changed.length === 0 ? [] : [[phase.step, Object.fromEntries(changed)] as const];
    });
    return { start: Object.fromEntries(written(this.first)), changes };
  }
}
