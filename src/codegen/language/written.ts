/**
 * The optimizers that are written out, for tensors that hold several gates: `nn.LSTM` and `nn.GRU` keep those of a layer one below the other, and
 * LAMB, Adafactor and Muon look at each by itself, as the app does.
 */
import type { Lines } from '../python.ts';

/** What of a class is written in another way: lines to find, and lines to put there. */
const changes: Readonly<Record<string, readonly (readonly [found: Lines, put: Lines])[]>> = {
  lamb: [
    [
      [
        '                length, reach = p.norm(), direction.norm()',
        '                trust = length / reach if length > 0 and reach > 0 else 1.0',
        '                p.sub_(direction * (group["lr"] * trust))',
      ],
      [
        '                gates = getattr(p, "gates", 1)  # each by itself',
        '                for part, step in zip(p.chunk(gates), direction.chunk(gates)):',
        '                    length, reach = part.norm(), step.norm()',
        '                    trust = length / reach if length > 0 and reach > 0 else 1.0',
        '                    part.sub_(step * (group["lr"] * trust))',
      ],
    ],
  ],
  muon: [
    [
      ['        outputs, inputs = matrix.shape', '        return math.sqrt(max(1, outputs / inputs)) * orthogonalize(matrix).view_as(p)'],
      [
        '        gates = matrix.chunk(getattr(p, "gates", 1))  # each by itself',
        '        outputs, inputs = gates[0].shape',
        '        return math.sqrt(max(1, outputs / inputs)) * torch.cat([orthogonalize(gate) for gate in gates]).view_as(p)',
      ],
    ],
  ],
  adafactor: [
    [
      [
        '                update = p.grad / self.second_moment(state, p.grad**2 + 1e-30, decay)',
        '                update /= max(1.0, update.pow(2).mean().sqrt().item())',
        '                if group["scale_parameter"]:',
        '                    update *= max(1e-3, p.pow(2).mean().sqrt().item())',
      ],
      [
        '                gates = getattr(p, "gates", 1)  # each by itself',
        '                update = p.grad / self.second_moment(state, p.grad**2 + 1e-30, decay, gates)',
        '                for part, weights in zip(update.chunk(gates), p.chunk(gates)):',
        '                    part /= max(1.0, part.pow(2).mean().sqrt().item())',
        '                    if group["scale_parameter"]:',
        '                        part *= max(1e-3, weights.pow(2).mean().sqrt().item())',
      ],
    ],
    [['    def second_moment(state, square, decay):'], ['    def second_moment(state, square, decay, gates):']],
    [
      [
        '        matrix = square.flatten(1)',
        '        rows = state["rows"] = decay * state.get("rows", 0) + (1 - decay) * matrix.mean(1, keepdim=True)',
        '        columns = state["columns"] = decay * state.get("columns", 0) + (1 - decay) * matrix.mean(0, keepdim=True)',
        '        return ((rows / rows.mean()).sqrt() * columns.sqrt()).view_as(square)',
      ],
      [
        '        matrix = square.view(gates, -1, square.shape[1])',
        '        rows = state["rows"] = decay * state.get("rows", 0) + (1 - decay) * matrix.mean(2, keepdim=True)',
        '        columns = state["columns"] = decay * state.get("columns", 0) + (1 - decay) * matrix.mean(1, keepdim=True)',
        '        return ((rows / rows.mean(1, keepdim=True)).sqrt() * columns.sqrt()).view_as(square)',
      ],
    ],
  ],
};

/** The class of an optimizer that goes gate by gate. Throws `RangeError` if it is not written as this file knows it. */
export function gateWise(optimizer: string, written: Lines): Lines {
  return (changes[optimizer] ?? []).reduce<Lines>((lines, [found, put]) => {
    const at = lines.findIndex((_, i) => found.every((line, k) => lines[i + k] === line));
    if (at < 0) throw new RangeError(`${optimizer} is written in another way`);
    return [...lines.slice(0, at), ...put, ...lines.slice(at + found.length)];
  }, written);
}
