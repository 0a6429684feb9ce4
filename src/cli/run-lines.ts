/** What the JSON lines of a run say of it afterwards: its curve, and what it came to. */
import { idOfKey } from '../params/table.ts';
import { normalize } from '../params/config.ts';
import { toHash } from '../params/url.ts';
import type { CurvePoint, Pilot, Twin } from '../language/model-card.ts';
import { isRecord } from '../shared/is-record.ts';

/** Points of a curve that are kept: more cannot be told apart where it is drawn. */
const mostPoints = 100;

type Line = Readonly<Record<string, unknown>>;

function linesOf(text: string): readonly Line[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown)
    .filter(isRecord);
}

/** Validation losses, each with the mean training loss since the one before; the first has none before it and is left out. */
export function curveIn(text: string): readonly CurvePoint[] {
  const points: CurvePoint[] = [];
  let [sum, count] = [0, 0];
  for (const line of linesOf(text)) {
    const { step, loss, valLoss } = line;
    if ('lr' in line && typeof loss === 'number') [sum, count] = [sum + loss, count + 1];
    if (typeof step !== 'number' || typeof valLoss !== 'number' || count === 0) continue;
    points.push({ step, train: sum / count, validation: valLoss });
    [sum, count] = [0, 0];
  }
  const stride = Math.ceil(points.length / mostPoints);
  return points.filter((_, i) => (points.length - 1 - i) % stride === 0);
}

/** A short run: its link, how far it went, and its lowest validation loss. Throws for lines that are not of a run. */
export function pilotIn(text: string): Pilot {
  const lines = linesOf(text);
  const losses = lines.flatMap(({ valLoss }) => (typeof valLoss === 'number' ? [valLoss] : []));
  const steps = lines.flatMap((line) => ('lr' in line && typeof line['step'] === 'number' ? [line['step'] + 1] : []));
  const given = lines[0]?.['config'];
  if (!isRecord(given) || losses.length === 0) throw new Error('A pilot’s lines do not begin with a configuration, or hold no evaluation.');
  const { config } = normalize(Object.fromEntries(Object.entries(given).flatMap(([key, value]) => [[idOfKey(key) ?? key, value]])));
  const link = toHash({ config, changes: [], hide: [], lock: [], run: false });
  return { link, steps: Math.max(0, ...steps), validationLoss: Math.min(...losses) };
}

/** What a run that was exported to PyTorch printed: its last evaluation. Throws for a text without one. */
export function twinIn(text: string): Twin {
  const last = /[^]*^step (\d+): validation loss ([\d.]+)/m.exec(text);
  if (last === null) throw new Error('The twin’s output holds no evaluation.');
  return { steps: Number(last[1]), validationLoss: Number(last[2]) };
}
