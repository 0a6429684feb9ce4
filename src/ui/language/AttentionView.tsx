/** Where a GPT looks while it reads: one map for each layer and head, asked for when this is opened. */
import { useState } from 'react';
import type { ReactElement } from 'react';
import { formatCount } from '../../shared/format.ts';
import { whyNoText } from '../../store/language.ts';
import { useActions, useApp } from '../use-app.ts';
import buttons from '../layout/buttons.module.css';
import { AttentionMap } from './AttentionMap.tsx';
import styles from './language.module.css';
import { NumberedChoice } from './NumberedChoice.tsx';
import type { TokenPicture } from './token-words.ts';
import { rowCount } from './token-words.ts';

/** Tokens that a map has room for. */
const most = 32;

/** How much of the passage the map shows. */
function shownOf(shown: number, { length }: TokenPicture): string {
  const all = length - 1;
  return shown < all ? `The first ${formatCount(shown)} of ${formatCount(all)} tokens.` : `All ${formatCount(all)} tokens.`;
}

/** The fold. */
export function AttentionView({ picture }: { readonly picture: TokenPicture }): ReactElement {
  const { attend } = useActions();
  const asked = useApp((state) => state.run?.attention);
  const reason = useApp(whyNoText);
  const [row, setRow] = useState(0);
  const [choice, setChoice] = useState({ layer: 0, head: 0 });
  const tokensOf = (of: number) => picture.tokens.slice(of * picture.length, of * picture.length + Math.min(picture.length - 1, most));
  const look = (of: number) => {
    setRow(of);
    attend(tokensOf(of));
  };
  const attention = asked?.kind === 'ready' ? asked.attention : undefined;
  return (
    <details onToggle={(event) => (event.currentTarget.open && asked === undefined ? look(row) : undefined)}>
      <summary>Attention: where each head looks</summary>
      <div className={styles['fold']}>
        <div className={styles['row']}>
          <NumberedChoice label={picture.promptLength > 0 ? 'Question' : 'Passage'} count={rowCount(picture)} value={row} onChoose={look} />
          {attention === undefined ? null : (
            <>
              <NumberedChoice
                label="Layer"
                count={attention.layers.length}
                value={choice.layer}
                onChoose={(layer) => setChoice({ ...choice, layer })}
              />
              <NumberedChoice
                label="Head"
                count={attention.heads}
                value={choice.head}
                onChoose={(head) => setChoice({ ...choice, head })}
              />
            </>
          )}
          <button type="button" className={buttons['button']} disabled={reason !== undefined} onClick={() => look(row)}>
            {attention === undefined ? 'Look' : 'Look again'}
          </button>
        </div>
        <p className="learned-caption" aria-live="polite">
          {asked?.kind === 'working' ? 'Reading…' : asked?.kind === 'refused' ? asked.message : (reason ?? '')}
        </p>
        {attention === undefined || asked === undefined ? null : (
          <>
            <AttentionMap attention={attention} choice={choice} names={Array.from(asked.tokens, (id) => picture.names[id] ?? '?')} />
            <p className="learned-caption">
              {`${shownOf(asked.tokens.length, picture)} Each row is a token, and shows how it divides its look among those before it and itself. Weights of step ${formatCount(attention.step)}.`}
            </p>
          </>
        )}
      </div>
    </details>
  );
}
