import type { MetricName } from '../../core/nn/spec';

const CLASSES = `
    if KIND == "oneHot":
        guess, truth = (numpy.eye(y.shape[1], dtype=bool)[values.argmax(1)] for values in (y, t))
    else:
        guess, truth = y > THRESHOLD, t > THRESHOLD
    hits, predicted, actual = (guess & truth).sum(0), guess.sum(0), truth.sum(0)
    above, below = {"precision": (hits, predicted), "recall": (hits, actual), "f1": (2 * hits, predicted + actual)}[name]
    each = numpy.where(below > 0, above / numpy.maximum(below, 1), 0.0)
    if KIND == "oneHot":
        return float(each[1]) if len(each) == 2 else float(each[predicted + actual > 0].mean())
    return float(each.mean())`;

/** The metrics of outputs y and targets t, rows by outputs, as scikit-learn defines them. */
export const METRIC_BLOCKS = {
  head: (kind: 'oneHot' | 'binary' | 'sign' | 'numbers', metrics: readonly MetricName[]): string => {
    const bodies: string[] = [];
    if (metrics.includes('accuracy')) {
      bodies.push('    if name == "accuracy":');
      if (kind === 'numbers') bodies.push('        return math.nan  # numbers are not right or wrong');
      else if (kind === 'oneHot') bodies.push('        return float((y.argmax(1) == t.argmax(1)).mean())');
      else bodies.push('        return float(((y > THRESHOLD) == (t > THRESHOLD)).mean())');
    }
    if (metrics.includes('meanAbsoluteError')) bodies.push('    if name == "meanAbsoluteError":\n        return float(abs(y - t).mean())');
    if (metrics.includes('r2')) {
      bodies.push(`    if name == "r2":
        spread, rest = ((t - t.mean(0)) ** 2).sum(0), ((t - y) ** 2).sum(0)
        return float(numpy.where(spread > 0, 1 - rest / numpy.where(spread > 0, spread, 1), rest == 0).mean())`);
    }
    if (metrics.some((name) => name === 'precision' || name === 'recall' || name === 'f1')) bodies.push(kind === 'numbers' ? '    return math.nan  # numbers are not right or wrong' : CLASSES.slice(1));
    if (bodies.length === 0) return '';
    return `\nKIND, THRESHOLD = "${kind}", ${kind === 'sign' ? '0' : '0.5'}\n\n\ndef metric(name, y, t):\n${bodies.join('\n')}\n    raise ValueError(name)`;
  },
} as const;
