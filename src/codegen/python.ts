/** Small helpers to write Python: literals, indentation, and blocks of lines. */

/** Lines of source, without their line ends. */
export type Lines = readonly string[];

/** What can be written as it is. */
export type Plain = number | boolean | string | null | readonly (number | readonly number[])[];

/** A number, truth value, text, nothing, list or list of pairs as Python writes it. */
export function literal(value: Plain): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object') return `[${value.map((entry) => literal(entry)).join(', ')}]`;
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'math.nan' : value > 0 ? 'math.inf' : '-math.inf';
  return String(value).replace('e+', 'e');
}

/** The lines, further in. */
export function indent(lines: Lines, levels = 1): Lines {
  return lines.map((line) => (line === '' ? '' : `${'    '.repeat(levels)}${line}`));
}

/** Lines under a condition; without one as they are, and nothing for no lines. */
export function under(condition: string | undefined, lines: Lines): Lines {
  return condition === undefined || lines.length === 0 ? lines : [`if ${condition}:`, ...indent(lines)];
}

/** The lines of a text, without what it is indented by in the source of the generator. */
export function block(text: string): Lines {
  const lines = text.replace(/^\n/, '').replace(/\n *$/, '').split('\n');
  const margin = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length));
  return lines.map((line) => line.slice(margin));
}

/** A call with keyword arguments; arguments of no value are left out. */
export function call(name: string, positional: readonly string[], named: Readonly<Record<string, string | undefined>> = {}): string {
  const keywords = Object.entries(named).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]));
  return `${name}(${[...positional, ...keywords].join(', ')})`;
}

/** `learningRate` as `learning_rate`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]|[0-9]+$/g, (part) => (/[0-9]/.test(part) ? part : `_${part.toLowerCase()}`));
}
