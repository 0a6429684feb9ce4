/** Updates of a flat vector of parameters, in place, as `torch.optim` has them. */

/** A rule and its numbers. */
export type PlainUpdate =
  | { readonly rule: 'sgd'; readonly rate: number }
  | { readonly rule: 'adam'; readonly rate: number; readonly beta1: number; readonly beta2: number; readonly epsilon: number };

type Numbers<Rule> = Extract<PlainUpdate, { readonly rule: Rule }>;

/** w ← w − η·g. */
export function sgdUpdate({ rate }: Numbers<'sgd'>, parameters: Float64Array, gradient: Float64Array): void {
  for (let i = 0; i < parameters.length; i++) parameters[i]! -= rate * gradient[i]!;
}

/** Adam; `step` counts from 1. */
export function adamUpdate(
  { rate, beta1, beta2, epsilon }: Numbers<'adam'>,
  step: number,
  parameters: Float64Array,
  gradient: Float64Array,
  first: Float64Array,
  second: Float64Array,
): void {
  const size = rate / (1 - beta1 ** step);
  const correction = 1 / Math.sqrt(1 - beta2 ** step);
  for (let i = 0; i < parameters.length; i++) {
    const g = gradient[i]!;
    const m = beta1 * first[i]! + (1 - beta1) * g;
    const v = beta2 * second[i]! + (1 - beta2) * g * g;
    first[i] = m;
    second[i] = v;
    parameters[i]! -= (size * m) / (Math.sqrt(v) * correction + epsilon);
  }
}
