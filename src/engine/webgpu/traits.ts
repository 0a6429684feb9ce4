/** What groups can do in WGSL: read anything by any axes, and go on with what is gathered or drawn at random. */
import type { Traits } from '../planning/traits.ts';
import { elementwise } from './code/elementwise.ts';
import { isIndexed } from './code/indexed.ts';

export const traits: Traits = {
  isElementwise: ({ op }) => op in elementwise,
  isIndexed,
  readsAnyAxes: true,
  addsRows: false,
  joinsSums: false,
  hasCells: false,
};
