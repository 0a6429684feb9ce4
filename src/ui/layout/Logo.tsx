/** The mark: a tuning fork, two tines and a stem. */
import styles from './top-bar.module.css';

/** The mark beside the name; the name says what it is. */
export function Logo() {
  return (
    <svg className={styles['logo']} viewBox="0 0 20 24" aria-hidden="true">
      <path
        d="M5 2v7a5 5 0 0 0 10 0V2M10 14v8"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.4"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
