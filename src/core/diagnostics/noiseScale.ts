/**
 * The simple noise scale tr Σ/‖G‖² (McCandlish et al. 2018, equation 2.9): how many noisy gradients must be averaged until the noise is no
 * larger than the gradient. Here the noise is N(0, s²) on each of the P partial derivatives, so that tr Σ = P·s².
 * @param gradient the gradient without its noise, shape P.
 * @param deviation s; without noise the scale is 0.
 */
export function noiseScale(gradient: Float64Array, deviation: number): number {
  if (deviation === 0) return 0;
  let square = 0;
  for (let i = 0; i < gradient.length; i++) square += gradient[i] * gradient[i];
  return (gradient.length * deviation * deviation) / square;
}
