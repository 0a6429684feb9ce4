/** `--sample`: what the trained model says after a prompt. */
import { isGpt } from '../../params/model-kind.ts';
import type { PartInputs } from '../part.ts';
import { block, indent } from '../python.ts';
import type { Lines } from '../python.ts';
import type { MaterialLanguage } from '../material.ts';
import { bytePairReader, textCut } from './byte-pairs.ts';
import { rowsIn } from './rows.ts';

const readers: Readonly<Record<MaterialLanguage['tokens'], Lines>> = {
  bytePairs: bytePairReader,
  characters: [
    '"""Text to tokens and back, by tokenizer.json: each character is one."""',
    'ids = json.loads((HERE / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]',
    'characters = {i: character for character, i in ids.items()}',
    'return lambda text: [ids[character] for character in text], lambda tokens: "".join(characters[i] for i in tokens)',
  ],
  words: [
    '"""Text to tokens and back, by tokenizer.json: they stand with blanks between."""',
    'ids = json.loads((HERE / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]',
    'words = {i: word for word, i in ids.items()}',
    'return lambda text: [ids[word] for word in text.split()], lambda tokens: " ".join(words[i] for i in tokens)',
  ],
};

/** What of a text is read before the next token: see `docs/decisions/019`. */
function seen({ material, phases }: PartInputs): Lines {
  if (!isGpt(phases.config.model) || (material.language?.promptLength ?? 0) > 0) return ['logits = model(torch.tensor([tokens]))[0, -1]'];
  return block(`
    # A context that is full keeps its last half, as in the app, so that every place is one that was trained.
    half = model.context - model.context // 2
    start = math.ceil(max(0, len(tokens) - model.context) / half) * half
    logits = model(torch.tensor([tokens[start:]]))[0, -1]
  `);
}

/** How many tokens are made, as an expression of `tokens`. */
function count({ material }: PartInputs): string {
  const [context = 1] = material.inputShape;
  return (material.language?.promptLength ?? 0) > 0 ? `${String(context + 1)} - len(tokens)` : '200';
}

/** How `sample` gets its model in a script that trains one. */
const fromTraining: Lines = [
  '"""What the trained model of model.pt says after a prompt: at temperature 0 always the likeliest token."""',
  'if not (HERE / "model.pt").exists():',
  ...indent(['raise SystemExit("There is nothing to ask yet: python train.py trains, and saves model.pt.")']),
  'encode, decode = tokenizer()',
  'model, tokens = build_model(), encode(prompt)',
  'model.load_state_dict(torch.load(HERE / "model.pt", map_location="cpu"))',
  'model.eval()',
];

/** `tokenizer` and `sample`; `opening`: the first lines of that, which make `decode`, `model` and `tokens`. */
export function sampleLines(inputs: PartInputs, opening = fromTraining): readonly Lines[] {
  const { language } = inputs.material;
  if (!language) return [];
  return [
    ...(language.tokens === 'bytePairs' ? [textCut] : []),
    ['def tokenizer():', ...indent(readers[language.tokens])],
    [
      'def sample(prompt, temperature):',
      ...indent([
        ...opening,
        `for _ in range(${count(inputs)}):`,
        ...indent([
          'with torch.no_grad():',
          ...indent(seen(inputs)),
          'chances = (logits / temperature).softmax(-1) if temperature > 0 else None',
          'tokens.append(int(torch.multinomial(chances, 1) if temperature > 0 else logits.argmax()))',
        ]),
        'return decode(tokens)',
      ]),
    ],
  ];
}

/** The command line of a script that can be asked for a text, from that of any script. */
export function withSample(main: Lines, { material }: PartInputs): Lines {
  const { language } = material;
  if (!language) return main;
  const temperature = language.promptLength > 0 ? '0.0' : '0.8';
  return main.flatMap((line) => {
    if (line.includes('"--log"'))
      return [
        line,
        `    parser.add_argument("--sample", metavar="PROMPT", help="what the trained model (model.pt) says after this; nothing is trained")`,
        `    parser.add_argument("--temperature", type=float, default=${temperature}, help="of --sample; 0 takes the likeliest token")`,
      ];
    if (line.includes('device = join()'))
      return [
        '    if arguments.sample is not None:',
        '        print(sample(arguments.sample, arguments.temperature))',
        '        return',
        line,
      ];
    return [line.replace('data["test_x"], data["test_y"]', `*${rowsIn(language, 'test')}`)];
  });
}
