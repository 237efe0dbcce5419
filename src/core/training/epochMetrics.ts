import type { TargetEncoding } from '../data/spec';
import { createMetric, type Metric } from '../nn/metrics';
import type { Network } from '../nn/network';
import type { MetricName } from '../nn/spec';

/** The metrics of one pass over some rows. */
export class EpochMetrics {
  private readonly metrics: readonly Metric[];

  constructor(names: readonly MetricName[], encoding: TargetEncoding) {
    this.metrics = names.map((name) => createMetric(name, encoding));
  }

  begin(): void {
    for (const metric of this.metrics) metric.begin();
  }

  /** Adds the rows that the network has just put out. */
  add(network: Network, rows: number): void {
    for (const metric of this.metrics) metric.add(rows, network.output, network.target);
  }

  /** Adds a column for each, with the part's name before its own: "accuracy", "validationAccuracy". */
  write(row: Map<string, number>, part: '' | 'validation' | 'test'): void {
    for (const metric of this.metrics) row.set(part === '' ? metric.name : `${part}${metric.name[0].toUpperCase()}${metric.name.slice(1)}`, metric.value());
  }
}
