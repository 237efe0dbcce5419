import type { Dialect } from '../optimizers/spec';

/**
 * Clips a gradient in place: each entry to ±clipValue, then the whole to clipNorm.
 * torch (torch.nn.utils.clip_grad_norm_): g·min(1, c/(‖g‖+1e-6)). keras (global_clipnorm): g·c/max(‖g‖, c).
 */
export function clipGradient(gradient: Float64Array, clipValue: number | null, clipNorm: number | null, dialect: Dialect): void {
  if (clipValue !== null) {
    for (let i = 0; i < gradient.length; i++) {
      const g = gradient[i];
      if (g > clipValue) gradient[i] = clipValue;
      else if (g < -clipValue) gradient[i] = -clipValue;
    }
  }
  if (clipNorm !== null) {
    let squared = 0;
    for (let i = 0; i < gradient.length; i++) squared += gradient[i] * gradient[i];
    const length = Math.sqrt(squared);
    const factor = dialect === 'keras' ? clipNorm / Math.max(length, clipNorm) : Math.min(1, clipNorm / (length + 1e-6));
    if (factor !== 1) for (let i = 0; i < gradient.length; i++) gradient[i] *= factor;
  }
}
