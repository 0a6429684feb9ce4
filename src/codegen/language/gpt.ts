/** A GPT as `nn` modules: attention, perceptron, block, and the network, each with only what the run's options ask for. */
import type { Config } from '../../params/config.ts';
import type { Phases } from '../phases.ts';
import { block, indent } from '../python.ts';
import type { Lines } from '../python.ts';

/** What shapes the modules. */
interface Options {
  readonly config: Config;
  /** The chance to drop a value, as text, where anything is dropped. */
  readonly dropout: string | undefined;
}

const norm = ({ normalization }: Config): string => (normalization === 'rms' ? 'RMSNorm(width)' : 'nn.LayerNorm(width)');

const rotation = block(`
  def rotate(x, cosines, sines):
      """Rotary positions (Su et al. 2021): turns pairs of columns, one from either half, by their angles."""
      a, b = x.chunk(2, dim=-1)
      return torch.cat([a * cosines - b * sines, b * cosines + a * sines], dim=-1)
`);

function attention({ config }: Options): Lines {
  const rotary = config.positions === 'rotary';
  return [
    'class Attention(nn.Module):',
    ...indent([
      '"""Causal self-attention: with each of its heads a token looks back at those before it, and at itself."""',
      '',
      'def __init__(self, context, width, heads):',
      ...indent([
        'super().__init__()',
        'self.heads = heads',
        'self.query, self.key, self.value = nn.Linear(width, width), nn.Linear(width, width), nn.Linear(width, width)',
        'self.projection = nn.Linear(width, width)',
        'self.register_buffer("ahead", torch.full((context, context), -math.inf).triu(1), persistent=False)',
        ...(rotary
          ? block(`
              half = width // heads // 2
              speeds = 10000.0 ** (-torch.arange(half, dtype=torch.float64) / half)
              angles = torch.arange(context, dtype=torch.float64)[:, None] * speeds
              self.register_buffer("cosines", angles.cos().float(), persistent=False)
              self.register_buffer("sines", angles.sin().float(), persistent=False)
            `)
          : []),
      ]),
      '',
      'def forward(self, x):',
      ...indent([
        'n, length, width = x.shape',
        'split = lambda rows: rows.view(n, length, self.heads, width // self.heads).transpose(1, 2)',
        'query, key, value = split(self.query(x)), split(self.key(x)), split(self.value(x))',
        ...(rotary
          ? [
              'cosines, sines = self.cosines[:length], self.sines[:length]',
              'query, key = rotate(query, cosines, sines), rotate(key, cosines, sines)',
            ]
          : []),
        'scores = query @ key.transpose(2, 3) / math.sqrt(width // self.heads)',
        'shares = (scores + self.ahead[:length, :length]).softmax(-1)',
        'return self.projection((shares @ value).transpose(1, 2).reshape(n, length, width))',
      ]),
    ]),
  ];
}

function perceptron({ config }: Options): Lines {
  if (config.activation === 'swiglu')
    return block(`
      class Perceptron(nn.Module):
          """SwiGLU (Shazeer 2020): a gate times a plain sum, two thirds as wide, for as many weights."""

          def __init__(self, width):
              super().__init__()
              inner = 8 * math.ceil(width / 3)
              self.up, self.gate, self.down = nn.Linear(width, inner), nn.Linear(width, inner), nn.Linear(inner, width)

          def forward(self, x):
              return self.down(F.silu(self.gate(x)) * self.up(x))
    `);
  return block(`
    class Perceptron(nn.Module):
        """Two layers, the inner one four times as wide."""

        def __init__(self, width):
            super().__init__()
            self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

        def forward(self, x):
            return self.down(F.${config.activation === 'relu' ? 'relu' : 'gelu'}(self.up(x)))
  `);
}

function blockClass({ config, dropout }: Options): Lines {
  const dropped = (index: number, part: string) => (dropout === undefined ? part : `self.dropout${String(index)}(${part})`);
  const before = config.normAt === 'before';
  const [first, second] = ['attention', 'perceptron'].map((part, index) => {
    const name = `self.norm${String(index + 1)}`;
    const added = dropped(index + 1, `self.${part}(${before ? `${name}(x)` : 'x'})`);
    return before ? `x + ${added}` : `${name}(x + ${added})`;
  });
  return [
    'class Block(nn.Module):',
    ...indent([
      `"""Attention, then a perceptron, each added to what came in; norms ${before ? 'before each part' : 'after each sum'}."""`,
      '',
      'def __init__(self, context, width, heads):',
      ...indent([
        'super().__init__()',
        `self.norm1, self.attention = ${norm(config)}, Attention(context, width, heads)`,
        `self.norm2, self.perceptron = ${norm(config)}, Perceptron(width)`,
        ...(dropout === undefined ? [] : [`self.dropout1, self.dropout2 = nn.Dropout(${dropout}), nn.Dropout(${dropout})`]),
      ]),
      '',
      'def forward(self, x):',
      ...indent([`x = ${first ?? 'x'}`, `return ${second ?? 'x'}`]),
    ]),
  ];
}

function network({ config, dropout }: Options): Lines {
  const learned = config.positions === 'learned';
  const embedded = learned ? 'self.tokens(tokens) + self.positions.weight[: tokens.shape[1]]' : 'self.tokens(tokens)';
  const last = config.normAt === 'before' ? 'self.norm(x)' : 'x';
  return [
    'class GPT(nn.Module):',
    ...indent([
      '"""Embedded tokens go through blocks of attention and perceptrons to logits of the next token."""',
      '',
      'def __init__(self, vocabulary, context, width, heads, depth):',
      ...indent([
        'super().__init__()',
        'self.context = context',
        'self.tokens = nn.Embedding(vocabulary, width)',
        ...(learned ? ['self.positions = nn.Embedding(context, width)'] : []),
        ...(dropout === undefined ? [] : [`self.dropout = nn.Dropout(${dropout})`]),
        'self.blocks = nn.ModuleList(Block(context, width, heads) for _ in range(depth))',
        ...(config.normAt === 'before' ? [`self.norm = ${norm(config)}`] : []),
        ...(config.tiedHead ? [] : ['self.output = nn.Linear(width, vocabulary, bias=False)']),
      ]),
      '',
      'def forward(self, tokens):',
      ...indent([
        '"""Logits [n, length, vocabulary] of what follows each of the tokens [n, length]."""',
        `x = ${dropout === undefined ? embedded : `self.dropout(${embedded})`}`,
        'for block in self.blocks:',
        ...indent(['x = block(x)']),
        config.tiedHead ? `return F.linear(${last}, self.tokens.weight)  # the head is the table of tokens` : `return self.output(${last})`,
      ]),
    ]),
  ];
}

/** The classes of a GPT. */
export function gptClasses(phases: Phases): readonly Lines[] {
  const { config } = phases;
  const options = { config, dropout: phases.some(({ dropout }) => dropout > 0) ? phases.value('dropout') : undefined };
  return [
    ...(config.positions === 'rotary' ? [rotation] : []),
    attention(options),
    perceptron(options),
    blockClass(options),
    network(options),
  ];
}
