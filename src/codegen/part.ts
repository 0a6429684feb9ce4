/**
 * What one group of parameters gives to the script: definitions, and lines for named places in the training loop.
 * Idea: the loop has fixed places in the order of a training step; a group fills those that it needs and knows no other group.
 */
import type { RunMaterial } from './material.ts';
import type { Phases } from './phases.ts';
import type { Lines } from './python.ts';

/** The places of the training step, in order. */
export const places = [
  /** Before the loop, after model and data are there. */
  'setup',
  /** At the start of a step: settings that move. */
  'begin',
  /** Then, before the gradient: where it is taken. */
  'ahead',
  /** At the end of `gradients`: `weights` and `parameters` have `.grad`. */
  'penalties',
  /** Between the gradient and its clipping: the second look of a sharpness-aware step. */
  'sharpness',
  'clip',
  /** After clipping. */
  'noise',
  /** After the optimizer's step. */
  'update',
  /** Last in a step: schedulers. */
  'schedule',
  /** After an evaluation: `value` is what is watched. */
  'evaluated',
  /** After the loop. */
  'finish',
] as const;
/** Name of one of these. */
export type Place = (typeof places)[number];

/** Lines of one group. Anything may be absent. */
export interface Part extends Partial<Readonly<Record<Place, Lines>>> {
  /** Import statements. */
  readonly imports?: Lines;
  /** Assignments at the top of the script, with their comments. */
  readonly constants?: Lines;
  /** Functions and classes, each a block of lines. */
  readonly definitions?: readonly Lines[];
}

/** What a part is made from. */
export interface PartInputs {
  readonly material: RunMaterial;
  readonly phases: Phases;
}

/** Writes one group. */
export type Emitter = (inputs: PartInputs) => Part;
