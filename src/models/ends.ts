/** The two ends of a network: the module that takes its inputs in, and the one that makes its outputs. Rules that treat hidden layers spare both. */
import type { Parameter } from './model.ts';

const moduleOf = ({ name }: Pick<Parameter, 'name'>): string => name.split('.')[0] ?? name;

/** A block of a GPT is never an end, though where a part of one is trained it may be the first or last that there is. */
const isOfBlock = (parameter: Pick<Parameter, 'name'>): boolean => moduleOf(parameter).startsWith('block');

/**
 * Names of both; one and the same where a network has a single layer, or where the head is the table of tokens. Empty where the parameters are
 * those of a part of a network that has neither.
 */
export function endsOf(parameters: readonly Pick<Parameter, 'name' | 'role'>[]): { readonly input: string; readonly head: string } {
  const matrices = parameters.filter((parameter) => parameter.role !== 'bias' && parameter.role !== 'gain' && !isOfBlock(parameter));
  const [first, last] = [matrices[0], matrices.at(-1)];
  if (first === undefined || last === undefined) return { input: '', head: '' };
  const isTied = first.role === 'embedding' && moduleOf(last) !== 'output';
  return { input: moduleOf(first), head: moduleOf(isTied ? first : last) };
}

/** Weight matrices and kernels between the two ends, by name: what Muon treats (Jordan 2024). Embeddings are no hidden matrices. */
export function hiddenMatrices(parameters: readonly Parameter[]): ReadonlySet<string> {
  const { input, head } = endsOf(parameters);
  const isHidden = (parameter: Parameter) => parameter.role === 'weight' && ![input, head].includes(moduleOf(parameter));
  return new Set(parameters.filter(isHidden).map(({ name }) => name));
}

/** Whether a parameter belongs to the module that makes the outputs. */
export function isOfHead(parameters: readonly Parameter[]): (parameter: Parameter) => boolean {
  const { head } = endsOf(parameters);
  return (parameter) => moduleOf(parameter) === head;
}
