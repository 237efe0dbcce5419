import type { Kernels, Vector } from '../kernels/kernels';
import type { Dialect } from '../optimizers/spec';
import { dot } from '../optimizers/vectors';

/**
 * Clips a gradient in place: each entry to ±clipValue, then the whole to clipNorm.
 * torch (torch.nn.utils.clip_grad_norm_): g·min(1, c/(‖g‖+1e-6)). keras (global_clipnorm): g·c/max(‖g‖, c).
 * @param kernels where the gradient lies in their memory; the norm is a sum in float64 with them and without.
 */
export function clipGradient(gradient: Vector, clipValue: number | null, clipNorm: number | null, dialect: Dialect, kernels: Pick<Kernels, 'dot' | 'scale'> | null = null): void {
  if (clipValue !== null) {
    for (let i = 0; i < gradient.length; i++) {
      const g = gradient[i];
      if (g > clipValue) gradient[i] = clipValue;
      else if (g < -clipValue) gradient[i] = -clipValue;
    }
  }
  if (clipNorm !== null) {
    const length = Math.sqrt(kernels ? kernels.dot(gradient.length, gradient, gradient) : dot(gradient, gradient));
    const factor = dialect === 'keras' ? clipNorm / Math.max(length, clipNorm) : Math.min(1, clipNorm / (length + 1e-6));
    if (factor === 1) return;
    if (kernels) kernels.scale(gradient.length, factor, gradient);
    else for (let i = 0; i < gradient.length; i++) gradient[i] *= factor;
  }
}
