/** A sequence task: questions that the model has not seen, its answers, and the right ones. */
import type { ReactElement } from 'react';
import type { TokenAnswers, TokenPicture } from './token-words.ts';
import { rowCount, spelled } from './token-words.ts';

interface Props {
  readonly picture: TokenPicture;
  readonly answers: TokenAnswers | undefined;
}

/** The table. */
export function Answers({ picture, answers }: Props): ReactElement {
  const { tokens, length, promptLength, names } = picture;
  const rows = Array.from({ length: rowCount(picture) }, (_, row) => {
    const own = tokens.subarray(row * length, (row + 1) * length);
    const first = row * (length - 1) + promptLength - 1;
    const said = answers && Array.from({ length: length - promptLength }, (_, i) => answers.candidates[(first + i) * answers.count] ?? 0);
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
