/** What the panel of engines says of each: how fast it was measured to be, or why it was not measured. */
import { formatNumber } from '../../shared/format.ts';
import { withEngineNames } from '../../store/repeatability.ts';
import type { EngineReport } from '../../trainer/trainer.ts';

/** A row of the table. */
export interface EngineSpeed {
  readonly engine: string;
  /** A speed that was measured says so; a prediction says that it is one. */
  readonly words: string;
  readonly isMeasured: boolean;
}

/** The engines that were considered; none where one was asked for and had, since nothing was compared then. */
export function engineSpeeds({ candidates }: Pick<EngineReport, 'candidates'>): readonly EngineSpeed[] {
  // Two digits, as in the sentence above the table: more the short measurement does not know. And of a slow one they leave more than “0”.
  return candidates.flatMap(({ engine, stepsPerSecond, refused }): EngineSpeed[] => {
    if (refused !== undefined) return [{ engine, words: withEngineNames(refused), isMeasured: false }];
    if (stepsPerSecond === undefined) return [];
    return [{ engine, words: `${formatNumber(stepsPerSecond, 2)} steps/s, measured`, isMeasured: true }];
  });
}
