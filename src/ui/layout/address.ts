/**
 * The hash of the address and the state, kept in step. The address follows the state a moment later and without new
 * entries in the history (browsers refuse too many); a hash that somebody pastes is taken over.
 */
import { formatChanges } from '../../params/changes.ts';
import type { AppStore } from '../../store/app-store.ts';
import type { Later } from '../../store/context.ts';
import { hashOf } from '../../store/link.ts';
import type { AppState } from '../../store/state.ts';

const changesIn = ({ run }: AppState) => formatChanges(run?.snapshot?.changes ?? []);

/** The part of a window that this needs. */
export interface AddressBar {
  readonly hash: () => string;
  readonly replace: (hash: string) => void;
  /** Calls back when the hash changes other than by `replace`. */
  readonly onChange: (listener: () => void) => void;
}

const quietFor = 300;

/** Takes over the hash there is, then keeps both in step. */
export function followAddress({ state, actions }: AppStore, address: AddressBar, later: Later): void {
  let cancel: (() => void) | undefined;
  let known = '';
  const write = () => {
    cancel = undefined;
    // One that has been typed is announced a moment after it stands there: it is about to be taken over, and must not be overwritten.
    if (address.hash() !== known) return;
    const hash = hashOf(state.getState());
    if (hash !== known) address.replace(hash);
    known = address.hash();
  };
  const takeOver = () => {
    cancel?.();
    cancel = undefined;
    known = address.hash();
    actions.applyHash(known);
  };
  takeOver();
  address.onChange(takeOver);
  state.subscribe((now, before) => {
    const moved =
      now.config !== before.config ||
      now.planned !== before.planned ||
      now.hidden !== before.hidden ||
      now.locked !== before.locked ||
      now.projector !== before.projector ||
      now.dirty !== before.dirty ||
      now.run?.id !== before.run?.id ||
      changesIn(now) !== changesIn(before);
    if (moved) cancel ??= later(quietFor, write);
  });
  cancel = later(quietFor, write);
}

/** The address bar of a window. A sandboxed frame may refuse to be written to: then the address stays as it is. */
export function windowAddress(target: Window): AddressBar {
  return {
    hash: () => target.location.hash,
    replace: (hash) => {
      try {
        target.history.replaceState(target.history.state, '', hash);
      } catch {
        // Share still gives the link.
      }
    },
    onChange: (listener) => target.addEventListener('hashchange', listener),
  };
}
