/** The README of a model that is taken away. */
import type { ModelMaterial } from '../model-files.ts';

const adapterRows = `
| \`adapter_model.safetensors\`, \`adapter_config.json\` | what LoRA learned by itself, as \`peft\` reads it |
| \`base.safetensors\` | the pretrained model, half precision: what the adapter is added to |`;

const adapterUse = `
What LoRA learned is in \`model.safetensors\` already: each matrix is W + (α/r)·B·A, summed in double precision and rounded once. By itself, with the
package \`peft\`:

    from peft import PeftModel
    from model import load_model
    model = PeftModel.from_pretrained(load_model("base.safetensors"), ".")
`;

/** The text; `title`: what the model is. */
export function modelReadme({ run, data, base, lora }: ModelMaterial, title: string): string {
  return `# ${title}

Its run: \`${run.link}\`${base === undefined ? '' : `\nFine-tuned from the model that comes with the app, fingerprint ${base}.`}

| file | what it is |
|---|---|
| \`model.safetensors\` | all weights, float32, by the names of \`state_dict\`; a linear layer is [out, in]; where the run comes from is in the metadata |
| \`tokenizer.json\` | text to tokens and back, as Hugging Face's libraries read it |
| \`model.py\` | the network in PyTorch, the tokenizer at work, and what the model says after a prompt |${lora ? adapterRows : ''}

It needs PyTorch 1.13 or newer, and nothing else.

    python model.py "…"    # --temperature 0 takes the likeliest token

In code of your own:

    import torch
    from model import load_model, tokenizer
    model, (encode, decode) = load_model(), tokenizer()
    logits = model(torch.tensor([encode("…")]))    # [1, tokens, ${String(run.outputs)}]
${lora ? adapterUse : ''}
## What it has read

${data}
`;
}
