/** Puts the tests' tiny pretrained model in the place of the one that comes with the app, as `src/testing/shipped.setup.ts` does for tests. */
const stand = new URL('./tiny-model.mjs', import.meta.url).href;

/** A hook of `module.register`. */
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  return /\/src\/params\/shipped-model\.ts(\?|$)/.test(found.url) ? next(stand, context) : found;
}
