/**
 * A byte-level tokenizer in plain Python, by `tokenizer.json`. The package `tokenizers` reads the same file to the same ids, but is rarely there, and forty
 * lines that can be read show what byte pairs are.
 *
 * Python's `re` knows no Unicode categories: a text is cut along its shadow, in which each character stands as its kind.
 */
import { block } from '../python.ts';
import type { Lines } from '../python.ts';

/** `pieces`: a text cut into what pairs are merged within. */
export const textCut: Lines = block(String.raw`
  BLANKS = "\t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
  CONTRACTION = re.compile("'(?:s|t|re|ve|m|ll|d)")
  PIECE = re.compile(r" ?(?:L+|N+|\.+)|[ _]+(?![LN.])|[ _]+")


  def pieces(text):
      """The text cut as GPT-2 cuts it: contractions, letters, numbers and the rest, each with the one blank before it."""
      kind = lambda c: " " if c == " " else "_" if c in BLANKS else unicodedata.category(c)[0]
      shadow = "".join(k if k in " _LN" else "." for k in map(kind, text))
      start = 0
      while start < len(text):
          end = (CONTRACTION.match(text, start) or PIECE.match(shadow, start)).end()
          yield text[start:end]
          start = end
`);

/** The body of `tokenizer`. */
export const bytePairReader: Lines = block(`
  """Text to tokens and back, by tokenizer.json (which the package tokenizers reads too): a piece of text begins as its bytes, of which
  pairs are merged, those that were learned first before the others."""
  model = json.loads((HERE / "tokenizer.json").read_text(encoding="utf-8"))["model"]
  ids, order = model["vocab"], {tuple(pair): i for i, pair in enumerate(model["merges"])}
  # Each byte is written as a character that can be seen: itself, or the next one from U+0100 on.
  strange, written = itertools.count(0x100), []
  for byte in range(256):
      seen = 0x20 < byte < 0x7F or (byte > 0xA0 and byte != 0xAD)
      written.append(chr(byte if seen else next(strange)))
  spelled, bytes_of = {i: token for token, i in ids.items()}, {character: byte for byte, character in enumerate(written)}

  def encode(text):
      tokens = []
      for piece in pieces(text):
          parts = [written[byte] for byte in piece.encode("utf-8", "replace")]
          while True:
              first = min(zip(parts, parts[1:]), key=lambda pair: order.get(pair, math.inf), default=None)
              if first not in order:
                  break
              i = 0
              while i + 1 < len(parts):
                  if (parts[i], parts[i + 1]) == first:
                      parts[i : i + 2] = ["".join(first)]
                  i += 1
          tokens += [ids[part] for part in parts]
      return tokens

  def decode(tokens):
      return bytes(bytes_of[character] for token in tokens for character in spelled[token]).decode("utf-8", "replace")

  return encode, decode
`);
