/** The README of an export: what the files are, and how to run them. */
import type { Config } from '../params/config.ts';
import { tuningOf } from '../params/model-kind.ts';
import type { ExportTarget } from './files.ts';
import type { MaterialLanguage, RunMaterial } from './material.ts';

const pytorch = `| file | what it is |
|---|---|
| \`train.py\` | the run: model, optimizer, schedule, loop |
| \`data.npz\` | the examples of the three splits, standardised, and the order of the training examples |
| \`init.npz\` | the first weights, by the names of \`state_dict\` |
| \`expected.json\` | loss, learning rate and evaluations of the first steps, as the app computed them |
| \`masks.npz\` | only with dropout or noise: what the app drew in those steps |TOKENIZER

It needs PyTorch 1.13 or newer and NumPy (Debian 12: \`apt-get install python3-torch\`).

    python train.py             # trains, prints, and saves model.pt
    python train.py --check     # compares the first steps with expected.json
SAMPLE    torchrun --nproc_per_node=2 train.py

With PyTorch 1.13 on Python 3.11, torchrun needs \`-r 1 -t 1\` in front. Each process takes its share of every batch, so the curve stays that of one
process; with dropout or noise each process draws its own. NORMALIZED

\`--check\` ends with exit code 0 if the curves agree: |a − b| / max(|b|, 1e-3 × first loss) at most 10 times what separates PyTorch's own
float32 from its float64, plus 1e-6. Steps after these two have come apart by 1e-4 are not compared: from there on rounding decides.
Without \`--check\`, dropout and noise are PyTorch's own and the curve differs as it does from seed to seed.
`;

/** What language adds to the measure, in the sentence about the check. */
const nudged = `float32, or float64 from first weights that are off by a rounding, from its float64, plus 1e-6. Steps after these have come apart by 1e-4`;

const tokenizerLine = `
| \`tokenizer.json\` | text to tokens and back, as Hugging Face's libraries read it |`;

const tokenWindows =
  'the tokens of the three splits as rows of context + 1, each one the target of those before it, and the order of the training rows';
const oldWindows = '; replayed rows stand behind the new ones, and `old` is held-out text of what the model was pretrained on';

const sampleOfText = '    python train.py --sample "…" # what the trained model says after a prompt; --temperature 0 takes the likeliest\n';
const sampleLine: Readonly<Record<MaterialLanguage['tokens'], string>> = {
  characters: sampleOfText,
  words: '    python train.py --sample "3 + 4 =" # what the trained model says after a prompt\n',
  bytePairs: sampleOfText,
};

const processes = ` Batch
normalisation then takes mean and variance over all processes by \`nn.SyncBatchNorm\`, which PyTorch has on GPUs only: on CPUs the script refuses.`;

/** What stands in init.npz where the run starts from the pretrained model. */
const startOf: Readonly<Record<Config['tune'], string>> = {
  full: 'the weights of the pretrained model, by the names',
  blocks: 'the weights of the pretrained model, by the names',
  head: 'the weights of the pretrained model, the table of tokens once more as its head, by the names',
  lora: 'the weights of the pretrained model and what LoRA begins with, by the names',
};

const keras = `\`train_keras.py\` needs Keras 3 and the \`data.npz\` of the PyTorch export of the same run beside it. It is code to start from, not checked
against the app: the weights, the order and the masks are Keras' own, and comments marked "differs" say where Keras computes something else.
`;

/** The text of README.md. */
export function readmeText({ taskName, modelName, link, phases, language, old }: RunMaterial, target: ExportTarget): string {
  const tuning = phases[0] && tuningOf(phases[0].config);
  const title = `# ${taskName}, ${modelName.replaceAll('‑', '-')}`;
  const intro = `A run of Tuning Fork as ${target === 'pytorch' ? 'PyTorch' : 'Keras'} code.`;
  const script = pytorch
    .replace(' NORMALIZED', phases[0]?.config.normalization === 'batch' ? processes : '')
    .replace('the first weights, by the names', (usual) => (tuning ? startOf[tuning] : usual))
    .replace('saves model.pt', (usual) => (tuning === 'lora' ? `${usual}, and adapter.pt: what LoRA learned, merged and by itself` : usual))
    .replace('TOKENIZER', language ? tokenizerLine : '')
    .replace('float32 from its float64, plus 1e-6. Steps after these two have come apart by 1e-4', (usual) => (language ? nudged : usual))
    .replace('SAMPLE', language ? sampleLine[language.tokens] : '')
    .replace('the examples of the three splits, standardised, and the order of the training examples', (usual) =>
      language ? `${tokenWindows}${old ? oldWindows : ''}` : usual,
    );
  return [title, `${intro} Its link: \`${link}\``, target === 'pytorch' ? script : keras].join('\n\n');
}
