/** A recurrent network as `nn` modules: `nn.RNN`, `nn.LSTM` or `nn.GRU` between a table of tokens and a linear head. */
import type { RecurrentName } from '../../params/model-kind.ts';
import type { RunMaterial } from '../material.ts';
import type { PartInputs } from '../part.ts';
import { indent } from '../python.ts';
import type { Lines } from '../python.ts';
import { gateCount, hasOwnLayers } from './names.ts';

const names: Readonly<Record<RecurrentName, string>> = { rnn: 'RNN', lstm: 'LSTM', gru: 'GRU' };

/** Whether a rule of the run looks at whole tensors, of which each gate is one in the app. */
export function mindsGates({ phases, material }: PartInputs): boolean {
  const whole = ['lamb', 'muon', 'adafactor'].includes(phases.config.optimizer);
  return (
    material.language !== undefined && gateCount(material) > 1 && (whole || phases.some(({ clip }) => clip === 'tensor' || clip === 'agc'))
  );
}

/** `nn.LSTM` of one layer or of `layers`. */
function moduleOf({ phases }: PartInputs, model: RecurrentName, layers: string): string {
  const relu = model === 'rnn' && phases.config.activation === 'relu' ? ', nonlinearity="relu"' : '';
  return `nn.${names[model]}(width, width${layers}, batch_first=True${relu})`;
}

/** The class of such a network. */
export function recurrentClass(inputs: PartInputs, model: RecurrentName): Lines {
  const { phases, material } = inputs;
  const own = hasOwnLayers(material);
  const dropout = own && phases.config.depth > 1 && phases.some(({ dropout: rate }) => rate > 0) ? phases.value('dropout') : undefined;
  const layers = own
    ? [
        `self.layers = nn.ModuleList(${moduleOf(inputs, model, '')} for _ in range(depth))`,
        ...(dropout === undefined ? [] : [`self.dropouts = nn.ModuleList(nn.Dropout(${dropout}) for _ in range(depth - 1))`]),
      ]
    : [`self.rnn = ${moduleOf(inputs, model, ', num_layers=depth')}`];
  const through = own
    ? [
        'x = self.tokens(tokens)',
        ...(dropout === undefined
          ? ['for layer in self.layers:']
          : ['for index, layer in enumerate(self.layers):', '    x = self.dropouts[index - 1](x) if index > 0 else x']),
        ...indent(['x, _ = layer(x)']),
        'return self.output(x)',
      ]
    : ['x, _ = self.rnn(self.tokens(tokens))', 'return self.output(x)'];
  return [
    `class ${className(material)}(nn.Module):`,
    ...indent([
      '"""Embedded tokens go through recurrent layers to logits of the next token."""',
      '',
      'def __init__(self, vocabulary, width, depth):',
      ...indent([
        'super().__init__()',
        'self.tokens = nn.Embedding(vocabulary, width)',
        ...layers,
        'self.output = nn.Linear(width, vocabulary)',
        ...(mindsGates(inputs)
          ? [
              `for p in self.${own ? 'layers' : 'rnn'}.parameters():`,
              ...indent([
                `p.gates = ${String(gateCount(material))}  # one below the other in a tensor; what looks at whole tensors takes each by itself`,
              ]),
            ]
          : []),
      ]),
      '',
      'def forward(self, tokens):',
      ...indent(['"""Logits [n, length, vocabulary] of what follows each of the tokens [n, length]."""', ...through]),
    ]),
  ];
}

/** What the class is called. */
export function className({ phases }: Pick<RunMaterial, 'phases'>): string {
  const model = phases[0]?.config.model;
  return model === 'rnn' || model === 'lstm' || model === 'gru' ? `${names[model]}LanguageModel` : 'GPT';
}
