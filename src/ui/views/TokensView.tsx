/** Rows of tokens and what a language model makes of them: answers to questions it has not seen, or a text coloured by its surprise at each token. */
import type { ReactElement } from 'react';
import { formatCount, formatNumber } from '../../shared/format.ts';
import type { Learned } from '../../trainer/trainer.ts';
import { metricSentence, type DataPicture, type LearnedInput } from './learned-input.ts';

type Tokens = Extract<DataPicture, { kind: 'tokens' }>;
type TokenAnswers = Extract<Learned, { kind: 'tokens' }>;

interface Props {
  readonly input: LearnedInput;
  readonly picture: Tokens;
}

/** Loss in nats from which a token is coloured in full: one that was given a probability of a hundredth. */
const fullColor = Math.log(100);

/** Numbers of several digits are kept apart by blanks. */
function spelled(ids: ArrayLike<number>, names: readonly string[]): string {
  return Array.from(ids, (id) => names[id] ?? '?').join(names.some((name) => name.length > 1) ? ' ' : '');
}

function Answers({ picture, answers }: { readonly picture: Tokens; readonly answers: TokenAnswers | undefined }): ReactElement {
  const { tokens, length, promptLength, names } = picture;
  const rows = Array.from({ length: tokens.length / length }, (_, row) => {
    const own = tokens.subarray(row * length, (row + 1) * length);
    const said = answers?.likeliest.subarray(row * (length - 1) + promptLength - 1, (row + 1) * (length - 1));
    return { question: spelled(own.subarray(0, promptLength), names), right: spelled(own.subarray(promptLength), names), said };
  });
  return (
    <table className="learned-answers">
      <thead>
        <tr>
          <th scope="col">question</th>
          <th scope="col">answer</th>
          <th scope="col">right answer</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ question, right, said }) => {
          const answer = said === undefined ? undefined : spelled(said, names);
          return (
            <tr key={question}>
              <td>{question}</td>
              <td>
                {answer ?? '…'}
                {answer === undefined ? null : answer === right ? (
                  <span className="learned-hit"> ✓ right</span>
                ) : (
                  <span className="learned-miss"> ✗ wrong</span>
                )}
              </td>
              <td>{right}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** One stretch of held-out text; line ends are shown and kept. */
function Passage({
  picture,
  answers,
  row,
}: {
  readonly picture: Tokens;
  readonly answers: TokenAnswers | undefined;
  readonly row: number;
}): ReactElement {
  const { tokens, length, names } = picture;
  return (
    <p className="learned-passage">
      {Array.from(tokens.subarray(row * length, (row + 1) * length), (id, place) => {
        const at = row * (length - 1) + place - 1;
        const loss = place === 0 ? undefined : answers?.losses[at];
        const name = names[id] ?? '?';
        const expected = names[answers?.likeliest[at] ?? -1] ?? '';
        return (
          <span
            key={place}
            style={{ '--loss': loss === undefined ? 0 : Math.min(loss / fullColor, 1) }}
            title={loss === undefined ? undefined : `${name}: ${formatNumber(loss)} nats; likeliest was ${expected}`}
          >
            {name.replaceAll('␣', ' ')}
          </span>
        );
      })}
    </p>
  );
}

/** The view. */
export function TokensView({ input, picture }: Props): ReactElement {
  const answers = input.learned?.kind === 'tokens' ? input.learned : undefined;
  const rows = picture.tokens.length / picture.length;
  if (picture.promptLength > 0)
    return (
      <>
        <Answers picture={picture} answers={answers} />
        <p className="learned-caption">
          {answers === undefined
            ? 'Questions from the validation data; nothing learned yet.'
            : `Each token of an answer is the likeliest after the right ones before it. ${metricSentence(input, 'answers')}`}
        </p>
      </>
    );
  return (
    <>
      {Array.from({ length: rows }, (_, row) => (
        <Passage key={row} picture={picture} answers={answers} row={row} />
      ))}
      <p className="learned-caption">
        {answers === undefined
          ? `${formatCount(rows)} passages that are held out from training; nothing learned yet.`
          : `Held-out text. The darker a token, the less the model expected it; full colour stands for a probability of 1 % or less. ${metricSentence(input, 'passages')}`}
      </p>
    </>
  );
}
