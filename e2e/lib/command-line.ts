/** The same core in Node: what the page must agree with. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

interface StepLine {
  readonly step: number;
  readonly loss: number;
  readonly lr: number;
  readonly gradNorm: number;
}

interface EndLine {
  readonly end: {
    readonly reason: string;
    readonly step: number;
    readonly bestValLoss: number;
    readonly testLoss: number;
    readonly testMetric: number;
    readonly clippedShare: number;
    readonly gradNormP90: number;
  };
}

/** What the command line printed, sorted by kind. */
export interface Printed {
  readonly steps: readonly StepLine[];
  readonly evaluations: readonly { readonly step: number; readonly valLoss: number; readonly valMetric: number }[];
  readonly end: EndLine['end'];
}

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Trains a link from start to end on the CPU. */
export async function trainInNode(hash: string): Promise<Printed> {
  const { stdout } = await run(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', hash, '--engine', 'tfjs-cpu'], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  });
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  const end = lines.find((line): line is EndLine => 'end' in line)?.end;
  if (end === undefined) throw new Error('The command line printed no end.');
  return {
    steps: lines.filter((line): line is StepLine => 'loss' in line),
    evaluations: lines.filter((line): line is Printed['evaluations'][number] => 'valLoss' in line),
    end,
  };
}
