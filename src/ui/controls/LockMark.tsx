/** A small padlock: a link has fixed a parameter, or some of a closed group. */
import styles from './controls.module.css';

/** The mark; `words` say what is locked. */
export function LockMark({ words }: { readonly words: string }) {
  return (
    <svg className={styles['lock']} viewBox="0 0 12 14" role="img" aria-label={words}>
      <title>{words}</title>
      <path d="M3 6V4a3 3 0 0 1 6 0v2" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <rect x="1.5" y="6" width="9" height="7" rx="1.5" fill="currentColor" />
    </svg>
  );
}

/** `Learning rate is locked by the link`, for one label or several. */
export function lockWords(labels: readonly string[]): string {
  return `${labels.join(', ')} ${labels.length === 1 ? 'is' : 'are'} locked by the link`;
}
