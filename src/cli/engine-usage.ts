/** The engines in the usage of the command line, as the table of parameters describes them. */
import { everywhere } from '../engine/engines.ts';
import { parameters } from '../params/table.ts';

/** A heading, and a line for each engine: its name, what it is, and whether only browsers have it. */
export function engineUsage(): string {
  const { options, default: usual } = parameters.engine;
  const width = Math.max(...options.map(({ value }) => value.length));
  const lines = options.map(({ value, line }) => {
    const isHere = value === 'auto' || everywhere.includes(value);
    const besides = [...(value === usual ? ['Taken if none is named.'] : []), ...(isHere ? [] : ['In browsers only.'])];
    return `  ${value.padEnd(width)}  ${[line, ...besides].join(' ')}`;
  });
  return ['--engine, what does the arithmetic:', ...lines].join('\n');
}
