/** Whose data the page shows, read from the manifest that the data build writes beside the page. */
import { isRecord } from '../../shared/is-record.ts';

/** One collection of data. */
export interface Attribution {
  readonly title: string;
  readonly attribution: string;
  readonly licence: string;
  readonly licenceUrl: string;
  /** What was done to the data. */
  readonly changes: string;
  /** Package and version it was made from. */
  readonly source: string;
}

/** Reads the manifest. Rejects if it cannot be had. */
export async function readAttributions(): Promise<readonly Attribution[]> {
  const response = await fetch('data/manifest.json');
  if (!response.ok) throw new Error(`The manifest answers ${String(response.status)}.`);
  return attributionsIn(await response.json());
}

/** The attributions in a manifest of unknown shape, one for each title; what is not text is left blank. */
export function attributionsIn(manifest: unknown): readonly Attribution[] {
  const files: unknown = isRecord(manifest) ? manifest['files'] : undefined;
  if (!Array.isArray(files)) return [];
  const read = files.filter(isRecord).map((file) => {
    const text = (key: string): string => (typeof file[key] === 'string' ? file[key] : '');
    return {
      title: text('title'),
      attribution: text('attribution'),
      licence: text('licence'),
      licenceUrl: text('licenceUrl'),
      changes: text('changes'),
      source: text('source'),
    };
  });
  return read.filter((one, index) => read.findIndex((other) => other.title === one.title) === index);
}
