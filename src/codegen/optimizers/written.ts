/**
 * Optimizers that `torch.optim` (1.13) does not have, as classes in its style. Each is written from its paper, apart from `src/training`, and
 * is tested against NumPy rules and against the product's own.
 */
import { block } from '../python.ts';
import type { Lines } from '../python.ts';

const lion = block(`
  class Lion(torch.optim.Optimizer):
      """Lion (Chen et al. 2023): every weight moves by the rate, along the sign of a momentum that looks ahead."""

      def __init__(self, params, lr, betas=(0.9, 0.99), weight_decay=0.0):
          super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

      @torch.no_grad()
      def step(self):
          for group in self.param_groups:
              lr, (beta1, beta2) = group["lr"], group["betas"]
              for p in group["params"]:
                  momentum = self.state[p].setdefault("momentum", torch.zeros_like(p))
                  direction = (beta1 * momentum + (1 - beta1) * p.grad).sign()
                  p.mul_(1 - lr * group["weight_decay"]).sub_(direction, alpha=lr)
                  momentum.mul_(beta2).add_(p.grad, alpha=1 - beta2)
`);

const lamb = block(`
  class LAMB(torch.optim.Optimizer):
      """LAMB (You et al. 2020): Adam whose step in each tensor is as long as the tensor's weights, times the rate."""

      def __init__(self, params, lr, betas=(0.9, 0.999), eps=1e-6, weight_decay=0.0):
          super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay})

      @torch.no_grad()
      def step(self):
          for group in self.param_groups:
              beta1, beta2 = group["betas"]
              for p in group["params"]:
                  state = self.state[p]
                  if not state:
                      state.update(step=0, mean=torch.zeros_like(p), square=torch.zeros_like(p))
                  state["step"] += 1
                  mean = state["mean"].mul_(beta1).add_(p.grad, alpha=1 - beta1)
                  square = state["square"].mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
                  root = (square / (1 - beta2 ** state["step"])).sqrt()
                  direction = mean / (1 - beta1 ** state["step"]) / (root + group["eps"]) + group["weight_decay"] * p
                  length, reach = p.norm(), direction.norm()
                  trust = length / reach if length > 0 and reach > 0 else 1.0
                  p.sub_(direction * (group["lr"] * trust))
`);

const adafactor = block(`
  class Adafactor(torch.optim.Optimizer):
      """Adafactor (Shazeer & Stern 2018): the second moment of a matrix from the means of its rows and columns."""

      def __init__(self, params, lr, momentum=0.0, scale_parameter=False, weight_decay=0.0):
          defaults = {"lr": lr, "momentum": momentum, "scale_parameter": scale_parameter, "weight_decay": weight_decay}
          super().__init__(params, defaults)

      @torch.no_grad()
      def step(self):
          for group in self.param_groups:
              lr, momentum = group["lr"], group["momentum"]
              for p in group["params"]:
                  state = self.state[p]
                  state["step"] = state.get("step", 0) + 1
                  decay = 1 - state["step"] ** -0.8
                  update = p.grad / self.second_moment(state, p.grad**2 + 1e-30, decay)
                  update /= max(1.0, update.pow(2).mean().sqrt().item())
                  if group["scale_parameter"]:
                      update *= max(1e-3, p.pow(2).mean().sqrt().item())
                  average = state.setdefault("average", torch.zeros_like(p))
                  average.mul_(momentum).add_(update, alpha=(1 - momentum) * lr)
                  p.mul_(1 - lr * group["weight_decay"]).sub_(average)

      @staticmethod
      def second_moment(state, square, decay):
          """The root of the averaged squares; row and column roots apart, so that dead ones do not underflow."""
          if square.ndim < 2:
              means = state["square"] = decay * state.get("square", 0) + (1 - decay) * square
              return means.sqrt()
          matrix = square.flatten(1)
          rows = state["rows"] = decay * state.get("rows", 0) + (1 - decay) * matrix.mean(1, keepdim=True)
          columns = state["columns"] = decay * state.get("columns", 0) + (1 - decay) * matrix.mean(0, keepdim=True)
          return ((rows / rows.mean()).sqrt() * columns.sqrt()).view_as(square)
`);

const muon = block(`
  class Muon(torch.optim.Optimizer):
      """Muon (Jordan 2024) in the groups with \`orthogonal\`, AdamW at \`ratio\` times the rate in the others."""

      def __init__(self, params, lr, momentum=0.95, adam_betas=(0.9, 0.95), eps=1e-8, ratio=0.1, weight_decay=0.0):
          defaults = {"lr": lr, "momentum": momentum, "adam_betas": adam_betas, "eps": eps}
          super().__init__(params, {**defaults, "ratio": ratio, "weight_decay": weight_decay, "orthogonal": False})

      @torch.no_grad()
      def step(self):
          for group in self.param_groups:
              lr = group["lr"] * (1 if group["orthogonal"] else group["ratio"])
              for p in group["params"]:
                  direction = self.muon(p, group) if group["orthogonal"] else self.adam(p, group)
                  p.mul_(1 - lr * group["weight_decay"]).sub_(direction, alpha=lr)

      def muon(self, p, group):
          momentum = self.state[p].setdefault("momentum", torch.zeros_like(p))
          momentum.mul_(group["momentum"]).add_(p.grad)
          matrix = (p.grad + group["momentum"] * momentum).flatten(1)
          outputs, inputs = matrix.shape
          return math.sqrt(max(1, outputs / inputs)) * orthogonalize(matrix).view_as(p)

      def adam(self, p, group):
          state, (beta1, beta2) = self.state[p], group["adam_betas"]
          if not state:
              state.update(step=0, mean=torch.zeros_like(p), square=torch.zeros_like(p))
          state["step"] += 1
          mean = state["mean"].mul_(beta1).add_(p.grad, alpha=1 - beta1)
          square = state["square"].mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
          root = (square / (1 - beta2 ** state["step"])).sqrt()
          return mean / (1 - beta1 ** state["step"]) / (root + group["eps"])


  def orthogonalize(matrix):
      """Newton-Schulz: the same singular vectors, and singular values near 1."""
      x = matrix / (matrix.norm() + 1e-7)
      tall = x.shape[0] > x.shape[1]
      x = x.T if tall else x
      for _ in range(5):
          gram = x @ x.T
          x = 3.4445 * x + (-4.7750 * gram + 2.0315 * gram @ gram) @ x
      return x.T if tall else x
`);

const scheduleFreeBody = `
      @torch.no_grad()
      def look_ahead(self):
          """Moves the parameters to y = (1 - momentum) z + momentum x, where the gradient is taken."""
          for group in self.param_groups:
              for p in group["params"]:
                  state = self.state[p]
                  if "z" not in state:
                      state.update(step=0, z=p.clone(), square=torch.zeros_like(p))
                  state["x"] = p.clone()
                  p.copy_((1 - MOMENTUM) * state["z"] + MOMENTUM * p)

      @torch.no_grad()
      def step(self):
          """A step of z; the parameters are left at x, the weighted mean of all z, which is the model."""
          for group in self.param_groups:
              lr = group["lr"]
              group["largest_lr"] = max(lr, group["largest_lr"])
              group["weight_sum"] += group["largest_lr"] ** 2
              share = group["largest_lr"] ** 2 / group["weight_sum"] if group["weight_sum"] > 0 else 0.0
              for p in group["params"]:
                  state = self.state[p]
                  state["z"].sub_(DIRECTION + group["weight_decay"] * p, alpha=lr)
                  p.copy_(state["x"] + share * (state["z"] - state["x"]))
`;

const scheduleFreeSgd = block(`
  class ScheduleFreeSGD(torch.optim.Optimizer):
      """Schedule-Free SGD (Defazio et al. 2024)."""

      def __init__(self, params, lr, momentum=0.9, weight_decay=0.0):
          defaults = {"lr": lr, "momentum": momentum, "weight_decay": weight_decay}
          super().__init__(params, {**defaults, "largest_lr": 0.0, "weight_sum": 0.0})
${scheduleFreeBody
  .replaceAll('MOMENTUM', 'group["momentum"]')
  .replace('DIRECTION', 'p.grad')
  .replace(', square=torch.zeros_like(p)', '')
  .replace('step=0, ', '')}`);

const scheduleFreeAdamW = block(`
  class ScheduleFreeAdamW(torch.optim.Optimizer):
      """Schedule-Free AdamW (Defazio et al. 2024)."""

      def __init__(self, params, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
          defaults = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
          super().__init__(params, {**defaults, "largest_lr": 0.0, "weight_sum": 0.0})
${scheduleFreeBody.replaceAll('MOMENTUM', 'group["betas"][0]').replace('DIRECTION', 'self.direction(p, state, group)')}
      @staticmethod
      def direction(p, state, group):
          beta2 = group["betas"][1]
          state["step"] += 1
          square = state["square"].mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
          return p.grad / ((square / (1 - beta2 ** state["step"])).sqrt() + group["eps"])
`);

/** The class definitions by the optimizer's id in the parameter table. */
export const writtenOptimizers = {
  lion,
  lamb,
  adafactor,
  muon,
  sfsgd: scheduleFreeSgd,
  sfadamw: scheduleFreeAdamW,
} as const satisfies Readonly<Record<string, Lines>>;
