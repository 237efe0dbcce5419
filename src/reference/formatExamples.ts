/** Two whole files, which the test parses; the sections of the page quote them. */
export const OBJECTIVE_FILE = {
  gdexp: 1,
  title: 'Crossing the Rosenbrock valley',
  seed: 42,
  objective: { expression: '(a - x)^2 + b*(y - x^2)^2', constants: { a: 1, b: 100 }, start: { x: -1.2, y: 1 }, view: { x: [-2, 2], y: [-1, 3] } },
  dialect: 'torch',
  optimizers: [
    { type: 'sgd', learningRate: 0.001, momentum: 0.9, nesterov: true, label: 'NAG' },
    { type: 'adam', learningRate: { schedule: 'cosine', initial: 0.05, steps: 1000 } },
  ],
  variants: [{ label: 'strict', set: {} }, { label: 'loose', set: { '/stop/gradientNorm': 1e-3 } }],
  stop: { steps: 2000, gradientNorm: 1e-6 },
  diagnostics: { tier: 'standard', every: 1 },
  expect: [{ optimizer: 'NAG', verdict: 'converged', loss: '< 1e-5' }],
} as const;

export const MODEL_FILE = {
  gdexp: 1,
  title: 'Two moons',
  seeds: 3,
  precision: 'float32',
  data: { generate: 'moons', samples: 400, noise: 0.1, validation: 0.25, scale: 'standardize' },
  model: { initializer: 'heNormal', layers: [{ type: 'dense', units: 16, activation: 'relu', repeat: 2 }, { type: 'dense', units: 1, activation: 'sigmoid' }] },
  loss: 'binaryCrossentropy',
  metrics: ['accuracy'],
  regularization: { l2: 1e-4 },
  training: { batchSize: 32, epochs: 50, clipNorm: 1 },
  predict: [[0.5, 0.25]],
  evaluate: { crossValidation: { folds: 5 } },
  optimizers: [{ type: 'adamw', learningRate: 0.01 }],
  sweep: { learningRate: { from: 0.001, factor: 3, count: 5 }, metric: 'validationLoss' },
  stop: { patience: 10 },
  expect: [{ accuracy: '>= 0.9' }],
} as const;

/** A file on several lines: a line a field, a line an item of a list of objects. */
export function fileText(file: Readonly<Record<string, unknown>>, line: (value: unknown) => string): string {
  const field = ([name, value]: readonly [string, unknown]): string => {
    const short = line(value);
    if (Array.isArray(value) && short.length > 100) return `  "${name}": [\n${value.map((item) => `    ${line(item)}`).join(',\n')}\n  ]`;
    if (typeof value === 'object' && value !== null && short.length > 100) return `  "${name}": {\n${Object.entries(value).map(([key, each]) => `    "${key}": ${line(each)}`).join(',\n')}\n  }`;
    return `  "${name}": ${short}`;
  };
  return `{\n${Object.entries(file).map(field).join(',\n')}\n}`;
}
