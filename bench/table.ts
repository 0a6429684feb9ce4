/** The report as Markdown: one table a row, so that it can be put into docs/performance.md as it is. */
import type { Entry, RowReport } from './report.ts';
import type { Spread } from './statistics.ts';

const compared = ['plain-js', 'pytorch', 'best stock'];

/** Losses further apart than this, relatively, are no rounding. */
const roundingOfLosses = 1e-3;

/** A row as a heading, a table, and the reasons of those who did not run. */
export function rowTable({ id, title, parameters, flops, entries }: RowReport): string {
  const ran = entries.filter(({ stepsPerSecond }) => stepsPerSecond !== undefined);
  const out = entries.filter(({ refused }) => refused !== undefined);
  const head = ['contender', 'steps/s', 'min … max', 'GFLOP/s', ...compared.map((name) => `× ${name}`), 'losses'];
  const lines = [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...ran.map(cells)];
  return [
    `### ${title} (\`${id}\`)`,
    `${parameters.toLocaleString('en-GB')} parameters, ${number(flops)} arithmetic operations a step.`,
    lines.map((line) => `| ${line.join(' | ')} |`).join('\n'),
    ...(out.length > 0 ? [out.map(({ contender, refused }) => `- ${contender}: ${refused ?? ''}`).join('\n')] : []),
  ].join('\n\n');
}

function cells({ contender, software, stepsPerSecond, gigaflops, ratios, disagreement = Number.NaN }: Entry): readonly string[] {
  const range = stepsPerSecond ? `${number(stepsPerSecond.min)} … ${number(stepsPerSecond.max)}` : '';
  const ratio = (spread: Spread | undefined) => (spread ? number(spread.median) : '–');
  const same = disagreement <= roundingOfLosses ? disagreement.toExponential(0) : `**differ: ${disagreement.toExponential(0)}**`;
  return [
    software ? `${contender} (software GPU)` : contender,
    number(stepsPerSecond?.median ?? Number.NaN),
    range,
    number(gigaflops ?? Number.NaN),
    ...compared.map((name) => ratio(ratios?.[name])),
    same,
  ];
}

/** Three digits, grouped by thousands. */
function number(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return Number(value.toPrecision(3)).toLocaleString('en-GB', { maximumSignificantDigits: 3 });
}
