/** What every script has: reading arrays, the check against the product's curve, and the command line. */
import { block } from '../python.ts';
import type { Lines } from '../python.ts';

/** `load`, before everything that reads data. */
export const loadLines: Lines = block(`
  def load(name, dtype, device):
      """The arrays of a file as tensors: real numbers as \`dtype\`, whole numbers as indices."""
      tensors = {}
      for key, value in np.load(HERE / name).items():
          real = value.dtype.kind == "f"
          tensors[key] = torch.from_numpy(value if real else value.astype(np.int64)).to(device, dtype if real else torch.int64)
      return tensors
`);

/** What decides how a script checks itself. */
export interface CheckOptions {
  /** Training draws masks or noise. */
  readonly draws: boolean;
  /** How far rounding is amplified is looked at twice, as deep networks want it: in float32, and from weights that are off by a rounding. */
  readonly nudges: boolean;
  /** Evaluations tell the loss on an old text too. */
  readonly hasOldText: boolean;
  /** The steps that the run plans, as an expression. */
  readonly planned: string;
}

/** The comparison with the product's curve. */
export function checkLines({ draws, nudges, hasOldText, planned }: CheckOptions): readonly Lines[] {
  const old = hasOldText ? ', relative(a[3], b[3])' : '';
  const recorded = draws ? ', use_recorded=True' : '';
  const { lines, doc, said } = measure(nudges, recorded);
  return [
    block(`
      def errors(curve, reference):
          """|a - b| / max(|b|, 1e-3 of the first loss) at each step, of its loss and of an evaluation before it."""
          first = reference["loss"][0] if reference["loss"] else reference["evaluations"][0][1]
          relative = lambda a, b: abs(a - b) / max(abs(b), 1e-3 * abs(first))
          found = [relative(a, b) for a, b in zip(curve["loss"], reference["loss"])] + [0.0]
          for a, b in zip(curve["evaluations"], reference["evaluations"]):
              step = min(b[0], len(found) - 1)
              found[step] = max(found[step], relative(a[1], b[1])${old})
          return found
    `),
    block(`
      def check(device, log=None):
          """Compares the first steps with what the app computed; returns the exit code.

          ${doc}
          """
          expected = json.loads((HERE / "expected.json").read_text())
          steps, over = len(expected["loss"]), "end" in expected
          _, exact = train(torch.float64, device, steps, over${recorded})
          _, single = train(torch.float32, device, steps, over${recorded})
          ${lines}
          compared = next((step for step, gap in enumerate(gaps) if gap > 1e-4), len(gaps))
          gap, difference = max(gaps[:compared], default=0.0), max(differences[:compared], default=math.inf)
          rates = max((abs(a - b) / max(abs(b), 1e-12) for a, b in zip(exact["lr"][:compared], expected["lr"])), default=0.0)
          looks = lambda curve: [look[0] for look in curve["evaluations"] if look[0] < compared]
          same = len(exact["loss"]) >= min(compared, steps) and looks(exact) == looks(expected)
          agrees = same and rates <= 1e-9 and difference <= 10 * gap + 1e-6
          if log is not None:
              Path(log).write_text(json.dumps({**exact, "gap": gap, "difference": difference, "compared": compared, "agrees": agrees}))
          if RANK == 0:
              whole = f"the run's {steps:,} steps" if over else f"{${planned}:,} steps"
              print(f"{min(compared, steps):,} of {whole} compared: largest relative difference {difference:.3g}")
              if compared < steps:
                  print(f"from step {compared} on rounding decides, so that {steps - compared} more are left out")
              print(f"allowed: 10 x {gap:.3g} + 1e-6, where {gap:.3g} is ${said}")
              print("agrees" if agrees else "DIFFERS" if same and rates <= 1e-9 else "DIFFERS: other steps, evaluations or learning rates")
          return 0 if agrees else 1
    `),
    block(`
      def join():
          """Under torchrun: joins the other processes. Returns the device of this one."""
          cuda = torch.cuda.is_available() and torch.cuda.device_count() >= WORLD
          if WORLD > 1:
              dist.init_process_group("nccl" if cuda else "gloo")
          return torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))) if cuda else torch.device("cpu")
    `),
  ];
}

/** What `check` measures rounding by, as text within its block, and the same in words. */
function measure(nudges: boolean, recorded: string): Readonly<Record<'lines' | 'doc' | 'said', string>> {
  if (!nudges)
    return {
      lines: 'gaps, differences = errors(single, exact), errors(expected, exact)',
      doc: `Training amplifies rounding, so the measure is PyTorch itself: the app may be off by 10 times what separates PyTorch's own
          float32 from its float64, plus 1e-6. Steps after those two have come apart by 1e-4 say nothing and are left out.`,
      said: "how far PyTorch's float32 strays from its float64",
    };
  return {
    lines: `_, nudged = train(torch.float64, device, steps, over, nudge=2**-24${recorded})
          gaps = [max(pair) for pair in zip(errors(single, exact), errors(nudged, exact))]
          differences = errors(expected, exact)`,
    doc: `Training amplifies rounding, so the measure is PyTorch itself: the app may be off by 10 times what PyTorch's own float32, or
          float64 from first weights that are off by a rounding, strays from its float64, plus 1e-6. Steps after these have come apart
          by 1e-4 say nothing and are left out.`,
    said: 'how far a rounding of the numbers or of the first weights moves PyTorch',
  };
}

/** `save`, for thin matrices beside the model's own: by themselves, and merged. */
export const saveMerged: Lines = block(`
  def save(model):
      """What was learned by itself as adapter.pt, and as model.pt the plain model with it added."""
      torch.save({name: value for name, value in model.state_dict().items() if "lora_" in name}, HERE / "adapter.pt")
      torch.save(merge_lora(model).state_dict(), HERE / "model.pt")
`);

/** `save` for any other model. */
export const saveModel: Lines = block(`
  def save(model):
      """The trained weights as model.pt."""
      torch.save(model.state_dict(), HERE / "model.pt")
`);

/** The command line. */
export const mainLines: Lines = block(`
  def main():
      parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
      parser.add_argument("--check", action="store_true", help="compare the first steps with expected.json; exit code 1 if they differ")
      parser.add_argument("--log", metavar="FILE", help="write the curve as JSON")
      arguments = parser.parse_args()
      device = join()
      log = arguments.log if RANK == 0 else None
      if arguments.check:
          raise SystemExit(check(device, log))
      model, curve = train(device=device, report=print if RANK == 0 else lambda line: None)
      data = load("data.npz", torch.float32, device)
      loss, metric = evaluate(model, data["test_x"], data["test_y"])
      if RANK == 0:
          print(f"test loss {loss:.6g}, METRIC {metric:.4g}")
          save(model)
      if log is not None:
          Path(log).write_text(json.dumps(curve))
`);
