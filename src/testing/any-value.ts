/** Arbitrary values of parameters, as their declarations allow them; what is likely among numbers is the test's choice. */
import fc from 'fast-check';
import type { Spec, Value } from '../params/kinds.ts';

type NumberSpec = Extract<Spec, { readonly kind: 'number' }>;

/** Any value of a parameter; those of numbers by `numbers`. */
export function anyValueOf(spec: Spec, numbers: (spec: NumberSpec) => fc.Arbitrary<number>): fc.Arbitrary<Value> {
  switch (spec.kind) {
    case 'number':
      return numbers(spec);
    case 'choice':
      return fc.constantFrom(...spec.options.map(({ value }) => value));
    case 'toggle':
      return fc.boolean();
    case 'curve': {
      const knot = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: spec.max, noNaN: true }));
      const knots = fc.uniqueArray(knot, { minLength: 1, maxLength: spec.maxKnots, selector: ([place]) => place });
      // −0 comes back from a link as 0.
      return knots.map((some) => some.toSorted(([a], [b]) => a - b).map(([place, value]) => [place + 0, value + 0] as const));
    }
    case 'list':
      return fc.array(fc.integer({ min: spec.min, max: spec.max }), { minLength: spec.minLength, maxLength: spec.maxLength });
  }
}
