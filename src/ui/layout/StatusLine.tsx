/**
 * The status in a sentence. The visible sentence changes many times a second and is therefore not announced; a hidden line
 * beside it is, and changes only when the run does.
 */
import { useEffect, useRef, useState } from 'react';
import { announcement, statusParts } from '../../store/status.ts';
import type { StatusFacts } from '../../store/status.ts';
import { useShown } from '../use-app.ts';
import styles from './page.module.css';

function useStatusFacts(): StatusFacts {
  return useShown((state) => state);
}

/** The sentence and its announcer. */
export function StatusLine() {
  const facts = useStatusFacts();
  return (
    <div className={styles['status']}>
      <p role="status" aria-live="off">
        {statusParts(facts).map((part, index) =>
          part.strong === true ? <b key={index}>{part.text}</b> : <span key={index}>{part.text}</span>,
        )}
      </p>
      <Announcer facts={facts} />
    </div>
  );
}

function Announcer({ facts }: { readonly facts: StatusFacts }) {
  const before = useRef(facts);
  const [words, setWords] = useState('');
  useEffect(() => {
    const news = announcement(before.current, facts);
    before.current = facts;
    if (news !== undefined) setWords(news);
  }, [facts]);
  return (
    <p aria-live="polite" className="visually-hidden">
      {words}
    </p>
  );
}
