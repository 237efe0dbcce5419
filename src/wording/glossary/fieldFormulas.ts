/** Formulas of fields of a file that are no hyperparameters of an optimizer, a schedule or a layer: those have the formula of their owner. */
export const FIELD_FORMULAS: Readonly<Record<string, { readonly formula: string; readonly letters: string }>> = {
  'stop.gradientNorm': { formula: '\\lVert g\\rVert_2 \\le c', letters: 'g' },
  'stop.loss': { formula: 'L(\\theta) \\le c', letters: 'L θ' },
  'stop.change': { formula: '\\lvert L_t - L_{t-1}\\rvert < c', letters: 'L' },
  'training.clipNorm': { formula: 'g \\leftarrow g\\cdot\\min\\!\\Big(1, \\frac{c}{\\lVert g\\rVert_2}\\Big)', letters: 'g' },
  'training.clipValue': { formula: 'g_i \\leftarrow \\min\\big(c, \\max(-c, g_i)\\big)', letters: 'g' },
  'training.batchSize': { formula: 'g = \\frac1b\\sum_{r\\in\\text{batch}}\\nabla L_r(\\theta)', letters: 'g b L θ' },
  'training.epochs': { formula: '\\text{1 epoch} = \\lceil n/b\\rceil\\ \\text{steps}', letters: 'n b' },
  'regularization.l1': { formula: 'L(\\theta) + l_1\\sum_i\\lvert w_i\\rvert', letters: 'L θ' },
  'regularization.l2': { formula: 'L(\\theta) + l_2\\sum_i w_i^2', letters: 'L θ' },
  'regularization.weightNoise': { formula: 'w + s\\,\\zeta,\\quad \\zeta\\sim\\mathcal N(0, I)', letters: '' },
  'objective.gradientNoise': { formula: 'g + s\\,\\zeta,\\quad \\zeta\\sim\\mathcal N(0, I)', letters: 'g' },
  'data.scale': { formula: '\\frac{x-\\mu}{\\sigma}\\qquad\\frac{x-\\min}{\\max-\\min}', letters: 'μ σ' },
  'data.scaleTarget': { formula: '\\frac{y-\\mu}{\\sigma}\\qquad\\frac{y-\\min}{\\max-\\min}', letters: 'y μ σ' },
  'stop.minDelta': { formula: 'L^{*} - L_t > c', letters: 'L' },
};
