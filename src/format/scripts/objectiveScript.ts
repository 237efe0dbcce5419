import { compileExpression } from '../../core/expression/compile';
import { children, type Expression } from '../../core/expression/expression';
import type { FunctionName } from '../../core/expression/functions';
import { parseExpression } from '../../core/expression/parse';
import { builtinExpression, builtinVariables } from '../../core/objectives/builtins';
import type { ObjectiveSpec } from '../../core/objectives/spec';
import type { ExperimentOptimizer, ExperimentVariant } from '../experiment';
import type { Framework } from './create';
import { kerasOptimizer } from './kerasOptimizers';
import { runsTable, scheduleBlocks } from './networkSettings';
import { joinBlocks, pyNumber, pyString, pyValue } from './python';
import { scheduleCode } from './schedules';
import { torchOptimizer } from './torchOptimizers';

export interface ObjectiveScriptInput {
  readonly title: string;
  readonly variant: ExperimentVariant;
  readonly optimizers: readonly ExperimentOptimizer[];
  readonly seed: number;
  readonly remarks: readonly string[];
}

/** A script that walks down a formula with the framework's own gradients. */
export function objectiveScript({ title, variant, optimizers, seed, remarks }: ObjectiveScriptInput, framework: Framework): string {
  const { spec, variables, starts } = variant.objective!;
  const torch = framework === 'pytorch';
  const made = optimizers.map(({ label, spec: optimizer }) => ({
    label, code: (torch ? torchOptimizer(optimizer) : kerasOptimizer(optimizer))!, rate: scheduleCode(optimizer.learningRate),
    byEpoch: false, keras: optimizer.dialect === 'keras',
  }));
  const { stop, clipNorm, clipValue } = variant;
  return joinBlocks([
    [
      `"""Goes down a formula in ${torch ? 'PyTorch' : 'Keras'} as the experiment below says; written by GDExp.`,
      '',
      'python3 FILE [--seed N] [--only LABEL] [--steps]',
      '"""',
      'import argparse', 'import math', ...(torch ? [] : ['import os']), '',
      ...(torch ? ['import torch'] : ['os.environ["KERAS_BACKEND"] = "tensorflow"', 'import keras', 'import tensorflow as tf']),
    ].join('\n'),
    [
      ...remarks.map((remark) => `# ${remark}`),
      `TITLE = ${pyString(title)}`,
      `SEED_DEFAULT = ${pyNumber(seed)}`,
      `VARIABLES = ${pyValue(variables)}`,
      `STARTS = ${pyValue(starts)}`,
      `SIGN = ${spec.goal === 'maximize' ? '-1  # gradient ascent' : '1'}`,
      `GRADIENT_NOISE = ${pyNumber(spec.gradientNoise)}`,
      `CLIP_VALUE, CLIP_NORM = ${pyValue(clipValue)}, ${pyValue(clipNorm)}`,
      `STOP = {"steps": ${pyValue(stop.steps)}, "gradientNorm": ${pyValue(stop.gradientNorm)}, "loss": ${pyValue(stop.loss)}, "change": ${pyValue(stop.change)}}`,
      torch ? 'torch.set_default_dtype(torch.float64)' : 'keras.backend.set_floatx("float64")',
    ].join('\n'),
    formula(spec, torch),
    ...scheduleBlocks(made.map(({ rate }) => rate)),
    ...new Set(made.flatMap(({ code }) => code.blocks)),
    runsTable(made.map(({ label, code, rate, byEpoch, keras }) => ({ label, optimizer: code.expression, rate, byEpoch, keras }))),
    (torch ? TORCH_DESCENT : KERAS_DESCENT) + DESCENT,
  ]);
}

/** f(x) from the checked tree: generated names, numbers and known functions, never the text itself. */
function formula({ function: target }: ObjectiveSpec, torch: boolean): string {
  const constants = new Map(target.kind === 'expression' ? Object.entries(target.constants) : []);
  const text = target.kind === 'expression' ? target.expression : builtinExpression(target);
  const { root, variables } = parseExpression(text, constants);
  // A built-in of many variables names each of them, but its formula may not hold the last.
  const order = target.kind === 'expression' ? variables : builtinVariables(target.dimension);
  const code = expressionCode(root, order, constants, torch);
  return `def f(x):\n    """The formula; x[i] is VARIABLES[i]."""\n    return ${code} + 0 * x[0]`;
}

const sum = { torch: 'torch', keras: 'tf.math' } as const;

/** Names of the functions: those with an equal name, and what the others are made of. */
function call(name: FunctionName, [x, ...rest]: readonly string[], torch: boolean): string {
  const module = torch ? sum.torch : sum.keras;
  switch (name) {
    case 'cbrt': return `${module}.sign(${x}) * ${module}.abs(${x}) ** (1 / 3)`;
    case 'log2': return torch ? `torch.log2(${x})` : `tf.math.log(${x}) / ${pyNumber(Math.LN2)}`;
    case 'log10': return torch ? `torch.log10(${x})` : `tf.math.log(${x}) / ${pyNumber(Math.LN10)}`;
    case 'step': return torch ? `torch.where(${x} > 0, torch.ones(()), torch.zeros(()))` : `tf.where(${x} > 0, 1.0, 0.0)`;
    case 'relu': return torch ? `torch.relu(${x})` : `tf.nn.relu(${x})`;
    case 'softplus': return torch ? `torch.logaddexp(${x}, torch.zeros(()))` : `tf.math.softplus(${x})`;
    case 'min': return rest.reduce((all, each) => `${module}.minimum(${all}, ${each})`, x);
    case 'max': return rest.reduce((all, each) => `${module}.maximum(${all}, ${each})`, x);
    default: return `${module}.${name}(${x})`;
  }
}

/** Python's own levels: a sum inside a product, a power or a minus needs parentheses. */
const LEVEL = { sum: 1, product: 2, negate: 3, power: 4, atom: 5 } as const;

function expressionCode(root: Expression, variables: readonly string[], constants: ReadonlyMap<string, number>, torch: boolean): string {
  const places = new Map(variables.map((name, i) => [name, i]));
  const constant = (node: Expression): boolean => node.kind !== 'variable' && children(node).every(constant);
  const value = (node: Expression): string => {
    const found = pyNumber(compileExpression(node, [], constants).value(new Float64Array(0)));
    return found.startsWith('-') ? `(${found})` : found;
  };
  /** In a function a number must be a tensor. */
  const argument = (node: Expression): string => (constant(node) ? (torch ? `torch.tensor(${value(node)})` : `tf.constant(${value(node)}, tf.float64)`) : visit(node, 0));
  const visit = (node: Expression, level: number): string => {
    if (constant(node)) return value(node);
    const within = (own: number, text: string): string => (own < level ? `(${text})` : text);
    switch (node.kind) {
      case 'variable': return `x[${places.get(node.name)!}]`;
      case 'sum': return within(LEVEL.sum, node.terms.map(({ node: term, negative }, i) => `${negative ? (i === 0 ? '-' : ' - ') : i === 0 ? '' : ' + '}${visit(term, negative ? LEVEL.product : LEVEL.sum)}`).join(''));
      case 'product': return within(LEVEL.product, node.factors.map(({ node: factor, inverse }, i) => `${i === 0 ? '' : inverse ? ' / ' : ' * '}${visit(factor, i === 0 ? LEVEL.product : LEVEL.negate)}`).join(''));
      case 'negate': return within(LEVEL.negate, `-${visit(node.operand, LEVEL.power)}`);
      case 'power': {
        const base = constant(node.base) ? argument(node.base) : visit(node.base, LEVEL.atom);
        return within(LEVEL.power, `${base} ** ${visit(node.exponent, LEVEL.atom)}`);
      }
      case 'call': {
        const text = call(node.name, node.arguments.map(argument), torch);
        return /^[\w.]+\([^()]*\)$/.test(text) || !['cbrt', 'log2', 'log10'].includes(node.name) ? text : `(${text})`;
      }
      default: return value(node);
    }
  };
  return visit(root, LEVEL.sum);
}

const TORCH_DESCENT = `
def start_at(point):
    return torch.tensor(point, dtype=torch.float64, requires_grad=True)


def loss_and_gradient(x):
    """The value of the formula; its gradient goes to x.grad."""
    x.grad = None
    loss = f(x)
    loss.backward()
    return loss.item(), math.sqrt(float((x.grad * x.grad).sum()))


def disturb(x, keras):
    """From the gradient of the formula to the one that the optimizer sees."""
    if GRADIENT_NOISE > 0:
        x.grad += GRADIENT_NOISE * torch.randn_like(x)
    x.grad *= SIGN
    if CLIP_VALUE is not None:
        torch.nn.utils.clip_grad_value_([x], CLIP_VALUE)
    if CLIP_NORM is not None and keras:
        x.grad *= CLIP_NORM / max(float(x.grad.norm()), CLIP_NORM)
    elif CLIP_NORM is not None:
        torch.nn.utils.clip_grad_norm_([x], CLIP_NORM)


def step(optimizer, x, rate, keras):
    for group in optimizer.param_groups:
        group["lr"] = rate
    if not isinstance(optimizer, torch.optim.LBFGS):
        disturb(x, keras)
        optimizer.step()
        return

    def closure():
        loss, _ = loss_and_gradient(x)
        disturb(x, keras)
        return SIGN * loss

    optimizer.step(closure)


def made(run, x):
    return run["optimizer"]([x])


def seeded(seed):
    torch.manual_seed(seed)


def values(x):
    return x.detach().tolist()
`;

const KERAS_DESCENT = `
def start_at(point):
    return keras.Variable(tf.constant(point, tf.float64), dtype="float64")


GRADIENT = None


def loss_and_gradient(x):
    """The value of the formula; its gradient goes to GRADIENT."""
    global GRADIENT
    with tf.GradientTape() as tape:
        loss = f(tf.unstack(tf.convert_to_tensor(x)))
    GRADIENT = tf.convert_to_tensor(tape.gradient(loss, x.value))
    return float(loss), float(tf.norm(GRADIENT))


def step(optimizer, x, rate, keras_dialect):
    g = GRADIENT
    if GRADIENT_NOISE > 0:
        g = g + GRADIENT_NOISE * tf.random.normal(g.shape, dtype=g.dtype)
    g = SIGN * g
    if CLIP_VALUE is not None:
        g = tf.clip_by_value(g, -CLIP_VALUE, CLIP_VALUE)
    if CLIP_NORM is not None:
        norm = float(tf.norm(g))
        g = g * (CLIP_NORM / max(norm, CLIP_NORM) if keras_dialect else min(1.0, CLIP_NORM / (norm + 1e-6)))
    optimizer.learning_rate = float(rate)
    optimizer.apply([g], [x])


def made(run, x):
    return run["optimizer"]([x])


def seeded(seed):
    keras.utils.set_random_seed(seed)


def values(x):
    return keras.ops.convert_to_numpy(x).tolist()
`;

const DESCENT = `

def descend(run, point, every):
    x = start_at(point)
    optimizer = made(run, x)
    schedule = run["schedule"]() if "schedule" in run else None
    k, still, last, first = 0, 0, math.nan, None
    while True:
        loss, norm = loss_and_gradient(x)
        first = abs(loss) if first is None else first
        if every:
            print(f"  step {k}  loss {loss!r}")
        still = still + 1 if STOP["change"] is not None and abs(loss - last) < STOP["change"] else 0
        if not math.isfinite(loss) or abs(loss) > 1e12 * max(1, first):
            reason = "diverged"
        elif STOP["gradientNorm"] is not None and norm <= STOP["gradientNorm"]:
            reason = "the gradient is below its tolerance"
        elif STOP["loss"] is not None and SIGN * loss <= SIGN * STOP["loss"]:
            reason = "the loss is reached"
        elif still >= 10:
            reason = "the loss no longer changes"
        elif STOP["steps"] is not None and k >= STOP["steps"]:
            reason = "all steps are made"
        else:
            step(optimizer, x, schedule.rate(k) if schedule else run["rate"](k), run["keras"])
            if schedule:
                schedule.observe(SIGN * loss)
            last, k = loss, k + 1
            continue
        print(f"  ended after {k} steps: {reason}  loss {loss!r}  {dict(zip(VARIABLES, values(x)))}")
        return


def main():
    arguments = argparse.ArgumentParser(description=TITLE.replace("%", "%%"))
    arguments.add_argument("--seed", type=int, default=SEED_DEFAULT)
    arguments.add_argument("--only", action="append", help="run the optimizer with this label")
    arguments.add_argument("--steps", action="store_true", help="print the loss of every step")
    given = arguments.parse_args()
    for run in RUNS:
        if not given.only or run["label"] in given.only:
            for point in STARTS:
                print(run["label"], "from", point)
                seeded(given.seed)
                descend(run, point, given.steps)


if __name__ == "__main__":
    main()
`;
