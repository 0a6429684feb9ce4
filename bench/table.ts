/** The report as Markdown, so that it can be put into docs/performance.md as it is: a table a row, and one a family. */
import { asInApp, bestStock } from './report.ts';
import type { BenchReport, Entry, RowReport } from './report.ts';
import type { Share } from './profile.ts';
import type { Row } from './rows.ts';

/** Losses further apart than this, relatively, are no rounding. */
const roundingOfLosses = 1e-3;

const compared = ['plain-js', 'pytorch', bestStock, asInApp];

/** A row as a heading, a table, and what is to be said of those who did not run, or ran on crutches. */
export function rowTable({ id, title, parameters, flops, entries }: RowReport): string {
  const ran = entries.filter(({ stepsPerSecond }) => stepsPerSecond !== undefined);
  const notes = entries.flatMap(({ contender, refused, note }) =>
    [refused, note].flatMap((text) => (text ? [`- ${contender}: ${text}`] : [])),
  );
  const columns = compared.filter((name) => ran.some(({ ratios }) => ratios?.[name]));
  const head = ['contender', 'steps/s', 'min … max', 'GFLOP/s', ...columns.map((name) => `× ${name}`), 'losses'];
  return [
    `### ${title} (\`${id}\`)`,
    `${parameters.toLocaleString('en-GB')} parameters, ${number(flops)} arithmetic operations a step.`,
    table(head, ran.map((entry) => cells(entry, columns))), // prettier-ignore
    ...(notes.length > 0 ? [notes.join('\n')] : []),
  ].join('\n\n');
}

function cells(
  { contender, software, stepsPerSecond, gigaflops, ratios, disagreement }: Entry,
  columns: readonly string[],
): readonly string[] {
  const range = stepsPerSecond ? `${number(stepsPerSecond.min)} … ${number(stepsPerSecond.max)}` : '';
  return [
    software ? `${contender} (software GPU)` : contender,
    number(stepsPerSecond?.median),
    range,
    number(gigaflops),
    ...columns.map((name) => number(ratios?.[name]?.median)),
    sameness(disagreement),
  ];
}

function sameness(disagreement: number | undefined): string {
  if (disagreement === undefined) return '–';
  if (disagreement === 0) return 'same';
  return disagreement <= roundingOfLosses ? disagreement.toExponential(0) : `**differ: ${disagreement.toExponential(0)}**`;
}

/** How the time of a step grows within a family. */
export function familyTable(family: NonNullable<Row['family']>, reports: readonly RowReport[]): string {
  const sizes = reports.filter((report) => report.family === family);
  const [least, most] = [sizes[0], sizes.at(-1)];
  if (least === undefined || most === undefined) return '';
  const seconds = (report: RowReport, contender: string) =>
    1 / (report.entries.find((entry) => entry.contender === contender)?.stepsPerSecond?.median ?? Number.NaN);
  const head = ['contender', ...sizes.map(({ id }) => `${id}, ms a step`), 'growth of time', 'of arithmetic', 'of parameters'];
  const lines = least.entries.map(({ contender }) => [
    contender,
    ...sizes.map((report) => number(1000 * seconds(report, contender))),
    number(seconds(most, contender) / seconds(least, contender)),
    number(most.flops / least.flops),
    number(most.parameters / least.parameters),
  ]);
  const titles = sizes.map(({ id, title, flops }) => `- \`${id}\`: ${title}; ${number(flops)} arithmetic operations a step`);
  return [`### Time against ${family}`, titles.join('\n'), table(head, lines)].join('\n\n');
}

/** Where the time of a row goes. */
export function profileTable({ id, title }: Row, shares: readonly Share[]): string {
  const lines = shares.map(({ name, share }) => [name, number(100 * share)]);
  return [`### ${title} (\`${id}\`)`, table(['function', '% of the time'], lines)].join('\n\n');
}

/** What products of 512 reach in the wasm executor, and what a run needs of memory. */
export function factLines({ machine: { products, memory } }: BenchReport): string {
  const { gigaflops, share } = products;
  const percent = (value: number) => `${number(100 * value)} %`;
  const megabytes = (bytes: number) => number(bytes / 1e6);
  const ofMemory = memory.map(({ step, heap, outside }) => `${megabytes(heap)} + ${megabytes(outside)} at step ${number(step)}`);
  return [
    `Products of 512 × 512 in the wasm executor: ${number(gigaflops.median)} GFLOP/s (${number(gigaflops.min)} … ${number(gigaflops.max)}), ${percent(share.median)} (${percent(share.min)} … ${percent(share.max)}) of the roof beside each.`,
    `Memory of a run of \`tiny\` in Node, MB in the heap and outside: ${ofMemory.join('; ')}.`,
  ].join('\n\n');
}

/** On what, and how loaded it was. */
export function machineLine({ browser, machine }: BenchReport): string {
  const load = (values: readonly number[]) => values.map((value) => value.toFixed(1)).join(' ');
  const { before, after } = machine.load;
  const roofs = (['simd', 'relaxedSimd'] as const).map((kind) => {
    const { before: first, after: last } = machine.roof;
    return `${kind === 'simd' ? 'SIMD' : 'relaxed SIMD'} ${number(first[kind])} before, ${number(last[kind])} after`;
  });
  const roof = `Multiply-adds from registers on one core in WebAssembly, GFLOP/s: ${roofs.join('; ')}.`;
  return `${roof} ${machine.cores} × ${machine.processor}, ${browser}; load average before ${load(before)}, after ${load(after)}.`;
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [head, rule, ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

/** Three digits, grouped by thousands. */
function number(value = Number.NaN): string {
  return Number.isFinite(value) ? value.toLocaleString('en-GB', { maximumSignificantDigits: 3 }) : '–';
}
