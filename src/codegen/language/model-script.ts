/** `model.py`: a trained language model to ask and to build on, beside its weights. Nothing in it trains. */
import { rmsNorm } from '../parts/model.ts';
import type { PartInputs } from '../part.ts';
import { block, indent } from '../python.ts';
import type { Lines } from '../python.ts';
import { languageModel } from './model.ts';
import { sampleLines } from './sample.ts';

const imports = [
  ...['import argparse', 'import itertools', 'import json', 'import math', 'import re', 'import unicodedata', 'from pathlib import Path'],
  '',
  ...['import torch', 'import torch.nn.functional as F', 'from torch import nn'],
];

const load = block(`
  def load(name):
      """The tensors of a safetensors file by name, as safetensors.torch.load_file reads them: a header in JSON, then the numbers."""
      raw = bytearray((HERE / name).read_bytes())
      start = 8 + int.from_bytes(raw[:8], "little")
      kinds, tensors = {"F32": torch.float32, "F16": torch.float16}, {}
      for key, entry in json.loads(raw[8:start]).items():
          if key != "__metadata__":
              begin, end = entry["data_offsets"]
              tensors[key] = torch.frombuffer(raw[start + begin : start + end], dtype=kinds[entry["dtype"]]).view(entry["shape"])
      return tensors


  def load_model(name="model.safetensors"):
      """The model with the weights of a file, ready to be asked."""
      model = build_model()
      model.load_state_dict(load(name))
      return model.eval()
`);

const opening: Lines = [
  '"""What the model says after a prompt: at temperature 0 always the likeliest token."""',
  'encode, decode = tokenizer()',
  'model, tokens = load_model(), encode(prompt)',
];

const main = (temperature: string): Lines =>
  block(`
    def main():
        parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
        parser.add_argument("prompt", help="what the model goes on with")
        parser.add_argument("--temperature", type=float, default=${temperature}, help="0 takes the likeliest token")
        arguments = parser.parse_args()
        print(sample(arguments.prompt, arguments.temperature))


    if __name__ == "__main__":
        main()
  `);

/** The source; `title`: what the model is, in words. */
export function modelScript(inputs: PartInputs, title: string): string {
  const { language, link } = inputs.material;
  const definitions = [
    load,
    ...(languageModel(inputs, rmsNorm).definitions ?? []),
    ...sampleLines(inputs, opening),
    main((language?.promptLength ?? 0) > 0 ? '0.0' : '0.8'),
  ];
  const body = definitions.flatMap((lines) => ['', '', ...lines]);
  const isUsed = (line: string) => {
    const name = /import (?:\S+ as )?(\S+)$/.exec(line)?.[1];
    return name === undefined || name === 'Path' || body.some((text) => new RegExp(`\\b${name}\\b`).test(text));
  };
  return `${[
    `"""${title}`,
    '',
    ...indent(['python model.py "…"    goes on with a prompt']),
    '',
    `The run as a link: ${link}`,
    '"""',
    '',
    ...imports.filter(isUsed),
    '',
    'HERE = Path(__file__).resolve().parent',
    ...body,
  ].join('\n')}\n`;
}
