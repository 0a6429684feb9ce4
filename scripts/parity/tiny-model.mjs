/** Stands in for `src/params/shipped-model.ts`. */
export { tinyFacts as shippedModel } from '../../src/testing/tiny-shipped-facts.ts';
