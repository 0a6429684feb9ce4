/**
 * The few kinds of parameter and what every parameter declares about itself.
 *
 * Idea: a parameter is plain data plus two pure rules, its default and when it applies. Rules see `Facts`, the part of
 * a configuration that others may depend on. Defaults look only at parameters that restart a run, so that a live change
 * never moves another value.
 */
import type {
  clipOptions,
  lrScalingOptions,
  lossOptions,
  modelOptions,
  Option,
  optimizerOptions,
  scheduleOptions,
  taskOptions,
  textOptions,
  tuneOptions,
  ValueOfOptions,
} from './options.ts';

/** What rules may look at. Every `Config` is one. */
export interface Facts {
  readonly task: ValueOfOptions<typeof taskOptions>;
  readonly classes: number;
  readonly trainingSize: number;
  readonly split: number;
  readonly balance: number;
  readonly text: ValueOfOptions<typeof textOptions>;
  readonly tokenizer: string;
  readonly vocabulary: number;
  readonly context: number;
  readonly length: number;
  readonly modulus: number;
  readonly model: ValueOfOptions<typeof modelOptions>;
  readonly activation: string;
  readonly normalization: string;
  readonly layers: readonly number[];
  readonly channels: readonly number[];
  readonly depth: number;
  readonly width: number;
  readonly positions: string;
  readonly normAt: string;
  readonly tiedHead: boolean;
  readonly tune: ValueOfOptions<typeof tuneOptions>;
  readonly rank: number;
  readonly loss: ValueOfOptions<typeof lossOptions>;
  readonly optimizer: ValueOfOptions<typeof optimizerOptions>;
  readonly weightDecay: number;
  readonly l2: number;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly earlyStopping: boolean;
  readonly minDelta: number;
  readonly onPatience: string;
  readonly schedule: ValueOfOptions<typeof scheduleOptions>;
  readonly cycleMode: string;
  readonly cycleMomentum: boolean;
  readonly warmup: number;
  readonly clip: ValueOfOptions<typeof clipOptions>;
  readonly lrScaling: ValueOfOptions<typeof lrScalingOptions>;
  readonly l1: number;
  readonly classWeights: string;
  readonly average: number;
}

/** The group a parameter stands in. */
export type GroupId =
  | 'data'
  | 'model'
  | 'learningRate'
  | 'batchSize'
  | 'epochs'
  | 'loss'
  | 'optimizer'
  | 'regularization'
  | 'momentum'
  | 'earlyStopping'
  | 'scheduler'
  | 'clipping'
  | 'diagnostics'
  | 'engine';

/** What a person is told about a parameter. */
export interface Help {
  /** One plain sentence. */
  readonly line: string;
  /** What happens when it is too low and too high, and how to see it on the charts. */
  readonly paragraph: string;
  /** The rule in Unicode text. */
  readonly formula?: string;
  /** Paper or documentation that defines it. */
  readonly source?: string;
}

/** What the same thing is called elsewhere; absent where there is no such thing. */
export interface FrameworkNames {
  readonly pytorch?: string;
  readonly keras?: string;
  readonly huggingface?: string;
}

interface Common<Value> {
  /** Accessible name of the control, unique. */
  readonly label: string;
  readonly symbol?: string;
  readonly group: GroupId;
  /** Rarely moved: stands folded under "More" in its group. */
  readonly advanced?: true;
  readonly unit?: string;
  readonly default: Value | ((facts: Facts) => Value);
  /** `live`: acts on the next step. `restart`: starts a new run. */
  readonly applies: 'live' | 'restart';
  readonly urlKey: string;
  readonly names: FrameworkNames;
  readonly help: Help;
  /** Whether the parameter has any effect in this configuration. */
  readonly when: (facts: Facts) => boolean;
}

/**
 * How a slider lays out its numbers. `log`: equal factors, equal distances. `zeroLog`: as log from `smallest`, with 0
 * ("off") at the left end. `nearOne`: equal factors of 1 − value, for momentum and its kin.
 */
export type Scale = 'linear' | 'log' | 'zeroLog' | 'nearOne';

/** A value that something else decides. */
export interface Fixed {
  readonly value: number;
  /** What is wrong with any other value: `is not the full batch`. */
  readonly wrong: string;
  /** A sentence for the control. */
  readonly because: string;
}

/** A number between `min` and `max`, both allowed. */
export interface NumberSpec extends Common<number> {
  readonly kind: 'number';
  readonly min: number;
  readonly max: number;
  /** A tighter largest value that depends on the rest: batch size ≤ training examples. */
  readonly limit?: (facts: Facts) => number;
  /** A sentence that says what to lower for a larger value; undefined where the limit is in the nature of things. */
  readonly limitBecause?: (facts: Facts) => string | undefined;
  /** The one value that this configuration leaves, and why. */
  readonly fixed?: (facts: Facts) => Fixed | undefined;
  readonly scale: Scale;
  /** Scale `zeroLog` only: smallest value right of 0 that the slider reaches; smaller ones can be typed. */
  readonly smallest?: number;
  /** Grain of a linear slider. */
  readonly step?: number;
  /** Whole numbers only. */
  readonly integer: boolean;
  /** Maps a number in range to the nearest one with a meaning, where not all have one. */
  readonly snap?: (value: number) => number;
  /** What 0 means, where it is not simply a number: `off`, `once an epoch`. */
  readonly zero?: string;
}

/** One of several named options. */
export interface ChoiceSpec<Value extends string = string> extends Common<Value> {
  readonly kind: 'choice';
  readonly options: readonly Option<Value>[];
  /** The line of the chosen option stands under its chips, as it does under a list. */
  readonly saysLine?: true;
  /** Whether an option can be chosen in this configuration. */
  readonly available: (value: string, facts: Facts) => boolean;
}

/** On or off. */
export interface ToggleSpec extends Common<boolean> {
  readonly kind: 'toggle';
  /** The one value that this configuration leaves, and what is wrong with the other. */
  readonly fixed?: (facts: Facts) => { readonly value: boolean; readonly wrong: string } | undefined;
}

/** Whole numbers in order, such as layer widths. */
export interface ListSpec extends Common<readonly number[]> {
  readonly kind: 'list';
  readonly minLength: number;
  readonly maxLength: number;
  /** Bounds of each entry. */
  readonly min: number;
  readonly max: number;
}

/** A point that a curve goes through: its place, 0…1 of what the curve spans, and the value there. */
export type Knot = readonly [place: number, value: number];

/** Knots by place, none twice; straight lines between them, level outside them. */
export type Curve = readonly Knot[];

/** A curve that is drawn by hand. */
export interface CurveSpec extends Common<Curve> {
  readonly kind: 'curve';
  /** Most knots; the fewest is one. */
  readonly maxKnots: number;
  /** Largest value; the smallest is 0. */
  readonly max: number;
}

/** Any parameter. */
export type Spec = NumberSpec | ChoiceSpec | ToggleSpec | ListSpec | CurveSpec;

/** Any value of any parameter. */
export type Value = number | string | boolean | readonly number[] | Curve;

/** The value of a parameter, from its declaration. */
export type ValueOf<S> = S extends NumberSpec
  ? number
  : S extends ToggleSpec
    ? boolean
    : S extends ListSpec
      ? readonly number[]
      : S extends CurveSpec
        ? Curve
        : S extends { readonly kind: 'choice'; readonly options: readonly Option<infer V>[] }
          ? V
          : never;

/** The values of a record of parameters. */
export type ValuesOf<Table> = { readonly [Id in keyof Table]: ValueOf<Table[Id]> };

/** How many rows an epoch has, replayed ones included, and how many of them are replayed. */
export interface EpochRows {
  readonly all: number;
  readonly replayed: number;
}

/** A titled group of parameters. */
export interface Group<Config = never> {
  readonly id: GroupId;
  readonly title: string;
  /** 1…10 for the ten; absent for data, model, diagnostics, and seed and engine. */
  readonly number?: number;
  /** The parameter that the others of the group refine, where there is one: who hides it hides the group. */
  readonly main?: keyof Config;
  /** The values of the group in one line; `rows`: those of an epoch, once they are counted, of a text whose length in tokens only reading it tells. */
  readonly summary: (config: Config, rows?: EpochRows) => string;
}

type Optional<T, K extends PropertyKey> = T extends unknown ? Omit<T, K | 'kind'> & Partial<Pick<T, K & keyof T>> : never;

const always = (): boolean => true;

/** Declares a number. */
export function number(spec: Optional<NumberSpec, 'when' | 'integer'>): NumberSpec {
  return { kind: 'number', when: always, integer: false, ...spec };
}

/** Declares a choice. */
export function choice<const V extends string>(spec: Optional<ChoiceSpec<V>, 'when' | 'available'>): ChoiceSpec<V> {
  return { kind: 'choice', when: always, available: always, ...spec };
}

/** Declares an on/off switch. */
export function toggle(spec: Optional<ToggleSpec, 'when'>): ToggleSpec {
  return { kind: 'toggle', when: always, ...spec };
}

/** Declares a list of whole numbers. */
export function list(spec: Optional<ListSpec, 'when'>): ListSpec {
  return { kind: 'list', when: always, ...spec };
}

/** Declares a curve. */
export function curve(spec: Optional<CurveSpec, 'when'>): CurveSpec {
  return { kind: 'curve', when: always, ...spec };
}
