/** The card over a token: what it cost, and what the model would rather have read. */
import type { ReactElement } from 'react';
import { formatNumber, formatPercent } from '../../shared/format.ts';
import styles from './language.module.css';
import type { TokenJudgement } from './token-words.ts';

interface Props {
  /** Of the token's lower left corner, CSS pixels. */
  readonly place: { readonly x: number; readonly y: number };
  readonly name: string;
  readonly judgement: TokenJudgement | undefined;
  /** The model has answered on this text. */
  readonly known: boolean;
  /** The loss is about this token. */
  readonly isCounted: boolean;
}

/** The card. What it says is told to those who cannot see it by the list that it belongs to. */
export function TokenCard({ place, name, judgement, known, isCounted }: Props): ReactElement {
  return (
    <div className={styles['token-card']} aria-hidden="true" style={{ '--x': `${String(place.x)}px`, '--y': `${String(place.y)}px` }}>
      <p>
        <b>{name}</b>{' '}
        {judgement === undefined
          ? known
            ? 'is given, not predicted.'
            : 'is not judged yet.'
          : `had a probability of ${formatPercent(judgement.probability)}: ${formatNumber(judgement.loss)} nats.`}
        {isCounted ? null : ' A prompt: it does not count.'}
      </p>
      {judgement === undefined ? null : (
        <table>
          <tbody>
            {judgement.candidates.map((candidate) => (
              <tr key={candidate.name} className={candidate.isRight ? styles['right'] : undefined}>
                <td>{candidate.name}</td>
                <td className={styles['share']} style={{ '--share': candidate.probability }} />
                <td>{formatPercent(candidate.probability)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
