/** Undoes deflate (RFC 1951), which the language itself does not know. */
import { inflateSync } from 'fflate';

/** The `size` bytes that `packed` was made from. Throws if they are damaged; bytes beyond `size` are cut off. */
export function inflate(packed: Uint8Array, size: number): Uint8Array {
  return inflateSync(packed, { out: new Uint8Array(size) });
}
