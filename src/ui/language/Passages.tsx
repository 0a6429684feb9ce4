/**
 * Held-out text, each token coloured by its loss. The one under the pointer, tapped, or reached by arrow keys shows what the model would rather
 * have read.
 *
 * Idea: to assistive technology the tokens are the options of one list, so that hundreds of them are a single stop of the Tab key.
 */
import { useId, useRef, useState } from 'react';
import type { KeyboardEvent, PointerEvent, ReactElement } from 'react';
import styles from './language.module.css';
import { TokenCard } from './TokenCard.tsx';
import type { TokenAnswers, TokenPicture } from './token-words.ts';
import { isCounted, judgementAt, predictedAt, rowCount, tokenInWords } from './token-words.ts';

/** Loss in nats from which a token is coloured in full: one that was given a probability of a hundredth. */
const fullColor = Math.log(100);

interface Props {
  readonly picture: TokenPicture;
  readonly answers: TokenAnswers | undefined;
}

/** Where an arrow key leads from token `at`. */
function movedBy(key: string, at: number, { tokens, length }: TokenPicture): number | undefined {
  const row = at - (at % length);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + length, ArrowUp: at - length, Home: row, End: row + length - 1 }[key];
  return to === undefined ? undefined : Math.min(Math.max(to, 0), tokens.length - 1);
}

/** The token that an event is about, counted through all rows. */
function tokenOf({ target }: { readonly target: EventTarget }): number | undefined {
  const at = target instanceof HTMLElement ? target.dataset['at'] : undefined;
  return at === undefined ? undefined : Number(at);
}

/** The token whose card is shown, and where its lower left corner stands within the passages, CSS pixels. */
interface Active {
  readonly at: number;
  readonly x: number;
  readonly y: number;
}

/** The passages and, over them, the card of one token. */
export function Passages({ picture, answers }: Props): ReactElement {
  const id = useId();
  const root = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<Active>();
  const [words, setWords] = useState('');
  const show = (at: number) => {
    const token = document.getElementById(`${id}-${String(at)}`);
    // The last box of one that is broken between two lines.
    const box = token === null ? undefined : [...token.getClientRects()].at(-1);
    const around = root.current?.getBoundingClientRect();
    if (box !== undefined && around !== undefined) setActive({ at, x: box.left - around.left, y: box.bottom - around.top });
  };
  const hide = () => setActive(undefined);
  const nameOf = (at: number) => picture.names[picture.tokens[at] ?? -1] ?? '?';
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') hide();
    const to = movedBy(event.key, active?.at ?? 0, picture);
    if (to === undefined) return;
    event.preventDefault();
    show(to);
    document.getElementById(`${id}-${String(to)}`)?.scrollIntoView({ block: 'nearest' });
    setWords(tokenInWords(nameOf(to), picture, answers, to));
  };
  const onPointer = (event: PointerEvent) => {
    const at = tokenOf(event);
    if (at !== undefined) show(at);
  };
  const isFocused = () => document.activeElement?.parentElement === root.current;
  return (
    <div ref={root} className={styles['passages']} onPointerLeave={() => (isFocused() ? undefined : hide())}>
      <div
        role="listbox"
        aria-label="Held-out text, token by token"
        aria-activedescendant={active === undefined ? undefined : `${id}-${String(active.at)}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onFocus={() => (active === undefined ? show(0) : undefined)}
        onBlur={hide}
        onPointerOver={(event) => (event.pointerType === 'mouse' ? onPointer(event) : undefined)}
        onPointerUp={onPointer}
      >
        {Array.from({ length: rowCount(picture) }, (_, row) => (
          <Passage key={row} id={id} picture={picture} answers={answers} row={row} active={active?.at} />
        ))}
      </div>
      {active === undefined ? null : (
        <TokenCard
          place={active}
          name={nameOf(active.at)}
          judgement={judgementAt(picture, answers, active.at)}
          known={answers !== undefined}
          isCounted={isCounted(picture, active.at)}
        />
      )}
      <p className="visually-hidden" aria-live="polite">
        {words}
      </p>
    </div>
  );
}

/** What a token is called that has nothing to be heard: one of blanks alone. */
function spokenAs(name = ''): string | undefined {
  return /^[␣\s]+$/u.test(name) ? 'blank' : undefined;
}

interface PassageProps extends Props {
  readonly id: string;
  readonly row: number;
  readonly active: number | undefined;
}

/** One stretch of text; line ends are shown and kept. */
function Passage({ id, picture, answers, row, active }: PassageProps): ReactElement {
  const { tokens, length, names } = picture;
  return (
    <div role="group" aria-label={`Passage ${String(row + 1)}`} className="learned-passage">
      {Array.from(tokens.subarray(row * length, (row + 1) * length), (token, column) => {
        const at = row * length + column;
        const place = predictedAt(at, length);
        const loss = place === undefined ? 0 : (answers?.losses[place] ?? 0);
        return (
          <span
            key={column}
            id={`${id}-${String(at)}`}
            role="option"
            aria-selected={at === active}
            aria-label={spokenAs(names[token])}
            data-at={at}
            data-uncounted={isCounted(picture, at) ? undefined : ''}
            style={{ '--loss': Math.min(loss / fullColor, 1) }}
          >
            {(names[token] ?? '?').replaceAll('␣', ' ')}
          </span>
        );
      })}
    </div>
  );
}
