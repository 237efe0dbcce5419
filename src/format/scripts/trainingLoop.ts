/** The rest of the class `Training` and what comes after it: the same in every framework. */
export function trainingLoop({ augmented, metrics }: { readonly augmented: boolean; readonly metrics: boolean }): string {
  return TRAINING_LOOP
    .replace('AUGMENTED_ROWS', augmented ? AUGMENTED : 'x, t = self.inputs(data, rows), targets_of(data, rows, self.target_scale, self.outputs)')
    .replace('METRIC_SCORES', metrics ? 'return {f"{prefix}{name[0].upper()}{name[1:]}" if prefix else name: metric(name, y, t) for name in METRICS}' : 'return {}');
}

const AUGMENTED = `x, t = self.inputs({"x": augmented(data["x"][rows], self.random)}, slice(None)), targets_of(data, rows, self.target_scale, self.outputs)
            x, t = disturbed(x, t, self.random)`;

const TRAINING_LOOP = `
    def batch(self, part, rows, training):
        data, _ = part
        if training:
            AUGMENTED_ROWS
        else:
            x, t = self.inputs(data, rows), targets_of(data, rows, self.target_scale, self.outputs)
        return self.tensor(x), self.tensor(t)

    def scores(self, part, prefix):
        """Loss without penalties and metrics of a part, in inference."""
        x, t = self.batch(part, part[1], False)
        y = self.infer(x)
        loss = float(loss_of(y, t))
        return {f"{prefix}Loss": loss, **metrics_of(array(predicted(y)), array(t), prefix)}

    def predictions(self):
        """Outputs for the rows of PREDICT, in the units of the data."""
        data, _ = self.training
        rows = [row if isinstance(row, list) else [row] for row in PREDICT]
        features = globals().get("FEATURES")
        if features and data["names"] is not None and len(rows[0]) == len(features):
            rows = [[value ** (k + 1) for value, (_, powers) in zip(row, features) for k in range(powers)] for row in rows]
        x = numpy.array(rows, dtype=float).reshape(len(rows), *data["x"].shape[1:])
        y = array(predicted(self.infer(self.tensor(self.inputs({"x": x}, slice(None))))))
        return (y / self.target_scale[1] + self.target_scale[0]).tolist()

    def train(self, batches):
        rows = self.training[1]
        size = min(BATCH_SIZE or len(rows), len(rows))
        step, still, last, best, waited, kept, began, reason = 0, 0, math.nan, None, 0, None, time.monotonic(), None
        if PREDICT:
            print("  predict before:", self.predictions())
        for epoch in range(EPOCHS):
            order = START["order"][epoch] if START is not None else self.random.permutation(rows) if SHUFFLE else rows
            total, seen, outputs, targets = 0.0, 0, [], []
            for first in range(0, len(order), size):
                chosen = order[first : first + size]
                x, t = self.batch(self.training, chosen, True)
                now = epoch if self.run["by_epoch"] else step
                rate = self.schedule.rate(now) if self.schedule else self.run["rate"](now)
                loss, norm, y = self.update(x, t, rate)
                if batches:
                    print(f"  batch {step}  loss {loss!r}", flush=True)
                if not math.isfinite(loss):
                    reason = "the loss is not finite"
                    break
                total, seen = total + loss * len(chosen), seen + len(chosen)
                outputs.append(array(predicted(y)))
                targets.append(array(t))
                if self.schedule and not self.run["by_epoch"]:
                    self.schedule.observe(loss)
                still = still + 1 if STOP["change"] is not None and abs(loss - last) < STOP["change"] else 0
                last, step = loss, step + 1
                if STOP["gradientNorm"] is not None and norm <= STOP["gradientNorm"]:
                    reason = "the gradient is below its tolerance"
                elif still >= 10:
                    reason = "the loss no longer changes"
                elif STOP["steps"] is not None and step >= STOP["steps"]:
                    reason = "all steps are made"
                elif STOP["seconds"] is not None and time.monotonic() - began >= STOP["seconds"]:
                    reason = "the time is up"
                if reason:
                    break
            if seen == 0:
                break
            row = {"loss": total / seen, **metrics_of(numpy.concatenate(outputs), numpy.concatenate(targets), "")}
            if self.validation:
                row.update(self.scores(self.validation, "validation"))
            print(f"  epoch {epoch + 1}  " + "  ".join(f"{name} {value!r}" for name, value in row.items()), flush=True)
            if self.schedule and self.run["by_epoch"]:
                self.schedule.observe(row.get("validationLoss", row["loss"]))
            if PATIENCE is not None:
                value = row[MONITOR] * (-1 if MONITOR.lower().endswith(("accuracy", "r2", "precision", "recall", "f1")) else 1)
                if math.isfinite(value) and (best is None or best - value > MIN_DELTA):
                    best, waited = value, 0
                    kept = self.state() if RESTORE_BEST else None
                else:
                    waited += 1
                    if waited >= PATIENCE:
                        reason = reason or "early stopping"
            if STOP["loss"] is not None and row["loss"] <= STOP["loss"]:
                reason = reason or "the loss is reached"
            if reason:
                break
        print(f"  ended after {step} steps: {reason or 'all epochs are done'}")
        if kept is not None:
            self.restore(kept)
        if self.test:
            print("  test:", self.scores(self.test, "test"))
        if PREDICT:
            print("  predict after:", self.predictions())


def metrics_of(y, t, prefix):
    METRIC_SCORES


def main():
    global START, FOLDER
    arguments = argparse.ArgumentParser(description=TITLE.replace("%", "%%"))
    arguments.add_argument("--seed", type=int, default=SEED_DEFAULT)
    arguments.add_argument("--only", action="append", help="run the optimizer with this label")
    arguments.add_argument("--batches", action="store_true", help="print the loss of every batch")
    arguments.add_argument("--start", help="initial weights, parts and orders as GDExp writes them")
    arguments.add_argument("--folder", help="where paths of data start from; default: the folder of this script")
    given = arguments.parse_args()
    if given.folder:
        FOLDER = os.path.abspath(given.folder)
    if given.start:
        with numpy.load(given.start, allow_pickle=False) as arrays:
            START = dict(arrays)
    for run in RUNS:
        if not given.only or run["label"] in given.only:
            print(run["label"])
            Training(run, given.seed).train(given.batches)


if __name__ == "__main__":
    main()
`;
