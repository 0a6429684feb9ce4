/** A button that takes a text file, which is learned from then on. */
import { useRef } from 'react';
import type { ReactElement } from 'react';
import { useActions } from '../use-app.ts';

/** The button. */
export function ChooseText({ className }: { readonly className: string | undefined }): ReactElement {
  const { takeText } = useActions();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept="text/*,.txt,.md,.csv"
        aria-label="Text file"
        hidden
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) takeText(file);
          // The same file may be chosen again after it was changed.
          event.target.value = '';
        }}
      />
      <button type="button" className={className} onClick={() => input.current?.click()}>
        Choose a text…
      </button>
    </>
  );
}
