/** What the program must know of a pretrained model before its file is read: which file, its sizes, and what it was trained on. */

/** Sizes and parts of the network, by the ids and values of the parameter table. */
export interface ShippedSizes {
  readonly tokenizer: 'characters' | 'bpe';
  readonly vocabulary: number;
  readonly context: number;
  readonly depth: number;
  readonly width: number;
  readonly heads: '1' | '2' | '4' | '8';
  readonly normAt: 'before' | 'after';
  readonly normalization: 'layer' | 'rms';
  readonly activation: 'gelu' | 'relu' | 'swiglu';
  readonly positions: 'learned' | 'rotary';
  readonly tiedHead: boolean;
}

/** A pretrained model as the parameter table knows it. */
export interface ShippedFacts {
  /** Its file in `public/models`. */
  readonly file: string;
  /** Size of the file. */
  readonly bytes: number;
  /** `fingerprintOfModel` of its contents: any other file is refused. */
  readonly fingerprint: string;
  readonly sizes: ShippedSizes;
  /** What it was trained on: a text of the app, cut by this share and seed. Its held-out blocks judge what is forgotten. */
  readonly text: 'prose' | 'stories' | 'novels' | 'voyage' | 'mysteries' | 'plays' | 'verse' | 'speeches' | 'names';
  readonly split: number;
  readonly seed: number;
}
