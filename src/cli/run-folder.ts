/**
 * The folder of a long run: its last checkpoint, its JSON lines, and the text that it reads if that is the user's own. Whatever ends the process, the two can be made to agree again, so that
 * the lines of a run that went on are those of one that never stopped.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../shared/is-record.ts';

/** Where the checkpoint of a folder's run lies. */
export function checkpointIn(folder: string): string {
  return join(folder, 'run.safetensors');
}

/** Where its JSON lines lie. */
export function linesIn(folder: string): string {
  return join(folder, 'run.jsonl');
}

/** Where a text of the user's own lies that a folder's run reads, so that it can go on with nothing but the folder. */
export function textIn(folder: string): string {
  return join(folder, 'text.txt');
}

/** Writes to the folder. Throws whatever the file system does. */
export class RunFolder {
  private readonly path: string;
  /** Step of the checkpoint that the run goes on from: lines up to it are there already. */
  private readonly known: number | undefined;

  /** Makes the folder; `step`: where its checkpoint stands, if the run goes on from one. Lines after it are dropped, since they come again. */
  constructor(path: string, step?: number) {
    this.path = path;
    this.known = step;
    mkdirSync(path, { recursive: true });
    const lines = linesIn(path);
    const before = step === undefined || !existsSync(lines) ? '' : readFileSync(lines, 'utf8');
    writeFileSync(
      lines,
      keptLines(before, (at) => at <= (step ?? -1)),
    );
  }

  /** Appends lines that are not there yet. */
  write(lines: string): void {
    const { known } = this;
    appendFileSync(linesIn(this.path), known === undefined ? lines : keptLines(lines, (at) => at > known));
  }

  /** Keeps the text that the run reads. */
  keepText(text: string): void {
    writeFileSync(textIn(this.path), text);
  }

  /** Replaces the checkpoint, at once or not at all. */
  keep(checkpoint: Uint8Array): void {
    const file = checkpointIn(this.path);
    writeFileSync(`${file}.new`, checkpoint);
    renameSync(`${file}.new`, file);
  }
}

/** Lines that pass by the steps done once they are written: none for the configuration; the end of a run comes after all. */
function keptLines(text: string, passes: (step: number) => boolean): string {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines
    .filter((line) => passes(stepsDone(line)))
    .map((line) => `${line}\n`)
    .join('');
}

function stepsDone(line: string): number {
  try {
    const read: unknown = JSON.parse(line);
    if (!isRecord(read)) return Infinity;
    if ('config' in read) return -1;
    // The line of a step names the steps before it, as the schedule does.
    return typeof read['step'] === 'number' ? read['step'] + Number('lr' in read) : Infinity;
  } catch {
    // Half a line, cut by a crash: it comes again.
    return Infinity;
  }
}
