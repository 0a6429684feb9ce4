/**
 * The state of the run in one sentence, and what of it is worth saying aloud.
 * Idea: pure functions of the state. Parts are marked `strong` where the eye should land; joined they are the sentence.
 */
import { formatCount, formatEpoch, formatNumber, formatPercent } from '../shared/format.ts';
import type { Description, Evaluation, RunEnd, RunSnapshot } from '../trainer/trainer.ts';
import { lacksText } from './lacks-text.ts';
import type { AppState } from './state.ts';

/** A piece of the sentence. */
export interface StatusPart {
  readonly text: string;
  readonly strong?: boolean;
}

/** What the sentence depends on. */
export type StatusFacts = Pick<AppState, 'run' | 'pulse' | 'wantsToRun' | 'config' | 'description' | 'progress' | 'loading' | 'ownText'>;

const plain = (text: string): StatusPart => ({ text });
const strong = (text: string): StatusPart => ({ text, strong: true });

/** A metric in words: accuracy in per cent, errors in their unit. */
function metricText(value: number, metric: Description['metric']): string {
  if (metric.better === 'higher') return formatPercent(value);
  return metric.unit === '' ? formatNumber(value) : `${formatNumber(value)} ${metric.unit}`;
}

/** The sentence in parts. */
export function statusParts(facts: StatusFacts): readonly StatusPart[] {
  const { run, pulse } = facts;
  const snapshot = run?.snapshot;
  if (pulse === 'silent') {
    const kept = run?.checkpoint?.step;
    const offer = kept === undefined ? 'You can start it again.' : `You can restart it from step ${formatCount(kept)}.`;
    return [strong('The engine has been silent for 15 seconds. '), plain(offer)];
  }
  if (run?.fault !== undefined && run.fault.continuesOn === undefined) {
    return [strong('Stopped by a fault. '), plain(`Everything up to step ${formatCount(run.fault.keptStep)} is kept.`)];
  }
  if (lacksText(facts)) return [strong('Waiting for a text. '), plain('Choose a file, or paste a text of your own under Data.')];
  if (snapshot === undefined || snapshot.phase === 'preparing') return [plain(preparingWords(facts))];
  const busy = pulse === 'busy' ? [strong('Engine busy. ')] : [];
  return [...busy, ...phaseParts(facts, snapshot), ...warningParts(snapshot)];
}

/** The sentence as text. */
export function statusText(facts: StatusFacts): string {
  return statusParts(facts)
    .map((part) => part.text)
    .join('');
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

const stages = { counting: 'counting words', merging: 'merging pairs' } as const;

function preparingWords({ progress, loading }: StatusFacts): string {
  if (loading !== undefined) return `Loading the pretrained model: ${megabytes(loading.loaded)} of ${megabytes(loading.total)} MB…`;
  if (progress === undefined) return 'Preparing data, weights and engine…';
  return `Learning the byte pairs of the text: ${stages[progress.stage]}, ${formatPercent(progress.share, 0)}…`;
}

/** Live changes that a link brings along: the plan on the chart shows each once it acts. */
function plannedParts(count: number): StatusPart[] {
  if (count === 0) return [];
  return [plain(` · the link makes ${count === 1 ? 'one live change' : `${formatCount(count)} live changes`} on the way`)];
}

function phaseParts(facts: StatusFacts, snapshot: RunSnapshot): StatusPart[] {
  if (snapshot.end !== undefined && snapshot.phase === 'ended') return endParts(facts, snapshot, snapshot.end);
  if (snapshot.step === 0 && snapshot.phase !== 'running') return readyParts(facts, snapshot);
  const heading = snapshot.phase === 'running' ? 'Running. ' : 'Paused. ';
  return [
    plain(`${heading}Step `),
    strong(formatCount(snapshot.step)),
    plain(` of ${formatCount(snapshot.plan.totalSteps)} · epoch `),
    strong(formatEpoch(snapshot.epoch)),
    ...validationParts(facts, snapshot),
    ...patienceParts(facts, snapshot),
  ];
}

function readyParts({ run }: StatusFacts, snapshot: RunSnapshot): StatusPart[] {
  const { plan, evaluation } = snapshot;
  const before =
    evaluation === undefined
      ? []
      : [plain(' · validation loss before training '), strong(formatNumber(evaluation.valLoss)), ...oldParts(evaluation)];
  return [
    plain('Ready. '),
    strong(formatCount(plan.totalSteps)),
    plain(` ${plan.totalSteps === 1 ? 'step' : 'steps'} planned, ${formatCount(plan.stepsPerEpoch)} to an epoch`),
    ...before,
    ...plannedParts(run?.planned.length ?? 0),
  ];
}

function validationParts(facts: StatusFacts, snapshot: RunSnapshot): StatusPart[] {
  const { evaluation, best } = snapshot;
  if (evaluation === undefined) return [];
  const parts = [plain(' · validation '), strong(formatNumber(evaluation.valLoss))];
  if (best !== undefined) parts.push(plain(', best '), strong(formatNumber(best.valLoss)), plain(` at step ${formatCount(best.step)}`));
  parts.push(...oldParts(evaluation));
  if (isText(facts)) parts.push(plain(' · perplexity '), strong(formatNumber(Math.exp(evaluation.valLoss))));
  return parts;
}

/** The loss on held-out text of what a model was pretrained on, where there is one. */
function oldParts({ oldLoss }: Evaluation): StatusPart[] {
  return oldLoss === undefined ? [] : [plain(' · old text '), strong(formatNumber(oldLoss))];
}

/** Whether the loss is that of a text, whose exponential says among how many tokens the model seems to choose. */
function isText({ run, description }: StatusFacts): boolean {
  const { picture } = run?.description ?? description ?? {};
  return picture?.kind === 'tokens' && picture.promptLength === 0;
}

function patienceParts({ config }: StatusFacts, snapshot: RunSnapshot): StatusPart[] {
  if (!config.earlyStopping) return [];
  return [plain(` · patience ${formatCount(snapshot.patienceUsed)} of ${formatCount(config.patience)}`)];
}

function endParts(facts: StatusFacts, snapshot: RunSnapshot, end: RunEnd): StatusPart[] {
  if (end.reason === 'diverged') return divergedParts(end);
  const results = [...validationParts(facts, snapshot), ...testParts(facts, end)];
  if (end.restored) results.push(plain(`. The weights of step ${formatCount(end.bestStep)} were put back`));
  return [...reasonParts(facts, snapshot, end), ...results, plain('.')];
}

function reasonParts({ config }: StatusFacts, snapshot: RunSnapshot, end: RunEnd): StatusPart[] {
  const step = strong(formatCount(end.step));
  switch (end.reason) {
    case 'earlyStop':
      return [plain('Stopped early at step '), step, plain(`: nothing better for ${formatCount(config.patience)} evaluations`)];
    case 'steps':
      return [plain('Finished: the step limit of '), step, plain(' is reached')];
    case 'epochs':
      return [plain('Finished: '), strong(formatEpoch(snapshot.epoch)), plain(' epochs, '), step, plain(' steps')];
    default:
      return [plain('Stopped at step '), step];
  }
}

function testParts({ run, description }: StatusFacts, end: RunEnd): StatusPart[] {
  const metric = (run?.description ?? description)?.metric;
  if (metric === undefined || !Number.isFinite(end.testMetric)) return [];
  return [plain(` · test ${metric.name} `), strong(metricText(end.testMetric, metric))];
}

function divergedParts(end: RunEnd): StatusPart[] {
  const { divergence } = end;
  const heading = [strong(`Diverged at step ${formatCount(end.step)}`)];
  if (divergence === undefined) return [...heading, plain('. Try a smaller learning rate.')];
  const loss = Number.isFinite(divergence.loss) ? `the loss reached ${formatNumber(divergence.loss)}` : 'the loss is no longer a number';
  const clipped = divergence.clipped ? 'the gradient was clipped' : 'the gradient was not clipped';
  const advice = divergence.clipped ? 'Try a tenth of the rate.' : 'Try a tenth of the rate, or clip the gradient.';
  return [
    ...heading,
    plain(` in ${divergence.layer}: ${loss}. Learning rate ${formatNumber(divergence.learningRate, 4)}, ${clipped}. `),
    plain(`The last good weights are kept. ${advice}`),
  ];
}

function warningParts(snapshot: RunSnapshot): StatusPart[] {
  return snapshot.warnings.map((warning) =>
    warning === 'stuckAtChance'
      ? strong(
          ' · Stuck at chance: it answers as if guessing. Weights that are far out may not come back: Reset, with a smaller learning rate or another initialisation.',
        )
      : strong(' · No unit of a hidden layer is alive: no gradient passes. Start again with a smaller learning rate.'),
  );
}

/** What a screen reader should be told when `before` has become `now`; nothing for mere progress. */
export function announcement(before: StatusFacts, now: StatusFacts): string | undefined {
  const kind = announcedKind(now);
  return kind === announcedKind(before) ? undefined : statusText(now);
}

function announcedKind({ run, pulse }: StatusFacts): string {
  const snapshot = run?.snapshot;
  const warnings = snapshot?.warnings.join() ?? '';
  const fault = run?.fault === undefined ? '' : run.fault.kind;
  return [pulse, snapshot?.phase ?? 'preparing', warnings, fault].join('|');
}
