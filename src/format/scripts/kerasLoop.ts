/** What a run in Keras has of its own; `trainingLoop` goes on with the same class. */
export const KERAS_TRAINING = `
def array(tensor):
    return numpy.asarray(tensor, dtype=float)


class Training:
    """One run: the network and its rows from the same seed, whatever the optimizer."""

    def __init__(self, run, seed):
        keras.utils.set_random_seed(seed)
        self.random = numpy.random.default_rng(seed)
        main, validation, test = load(seed)
        self.training, self.validation, self.test = split(main, validation, test, self.random)
        data, rows = self.training
        self.input_scale, self.target_scale = fit_scale(data["x"][rows].astype(float), SCALE), (0.0, 1.0)
        if data["classes"] is None:
            self.target_scale = fit_scale(data["y"][rows], SCALE_TARGET)
        x = self.tensor(self.inputs(data, rows[:2]))
        self.layers = build(x)
        self.outputs = math.prod(self.call(x, False).shape[1:])
        if WEIGHTS is not None:
            with numpy.load(placed(WEIGHTS), allow_pickle=False) as arrays:
                self.take(arrays)
        if START is not None:
            self.take(START)
        self.parameters = [v for _, layer in self.layers for v in layer.trainable_variables]
        kernels = (keras.layers.Dense, keras.layers.Conv1D, keras.layers.Conv2D)
        self.weights = [layer.kernel for _, layer in self.layers if isinstance(layer, kernels) and layer.trainable]
        self.optimizer = run["optimizer"](self.parameters)
        self.run = run
        self.schedule = run["schedule"]() if "schedule" in run else None

    def take(self, arrays):
        """Weights, biases and running statistics from arrays by name, in PyTorch's shapes: outputs, inputs, kernel."""
        for name, layer in self.layers:
            found = {key: numpy.asarray(arrays[f"{name}.{key}"]) for key in ("weight", "bias", "runningMean", "runningVariance") if name is not None and f"{name}.{key}" in arrays}
            if not found:
                continue
            for key, attribute in (("weight", "gamma"), ("bias", "beta"), ("runningMean", "moving_mean"), ("runningVariance", "moving_variance"), ("weight", "kernel"), ("bias", "bias")):
                variable = getattr(layer, attribute, None)
                if key in found and variable is not None:
                    value = found[key]
                    variable.assign(value.transpose(*range(2, value.ndim), 1, 0) if value.ndim > 1 else value)

    def inputs(self, data, rows):
        """Scaled rows."""
        return (data["x"][rows].astype(float) - self.input_scale[0]) * self.input_scale[1]

    def tensor(self, values):
        return tf.constant(values, PRECISION)

    def call(self, x, training):
        for _, layer in self.layers:
            x = layer(x, training=training) if isinstance(layer, NOISY) else layer(x)
        return x

    def forward(self, x, training):
        """Rows by outputs; of pictures in the order height, width, channel."""
        return tf.reshape(self.call(x, training), (len(x), -1))

    def infer(self, x):
        """Outputs as without training, before an activation that belongs to the loss."""
        return self.forward(x, False)

    def state(self):
        return [[numpy.array(value) for value in layer.get_weights()] for _, layer in self.layers]

    def restore(self, state):
        for (_, layer), values in zip(self.layers, state):
            layer.set_weights(values)

    def gradient(self, x, t):
        """The loss of a batch with its penalties, the gradient in the parameters, the outputs."""
        clean = [tf.convert_to_tensor(w) for w in self.weights]
        if WEIGHT_NOISE > 0:
            for w in self.weights:
                w.assign(w + WEIGHT_NOISE * tf.random.normal(w.shape, dtype=PRECISION))
        variables = [v.value for v in self.parameters]
        with tf.GradientTape() as tape:
            y = self.forward(x, True)
            loss = loss_of(y, t)
        gradients = [tf.zeros_like(v) if g is None else tf.convert_to_tensor(g) for g, v in zip(tape.gradient(loss, variables), variables)]
        total = float(loss)
        for w, value in zip(self.weights, clean):
            if WEIGHT_NOISE > 0:
                w.assign(value)
            if L1 > 0 or L2 > 0:
                place = next(i for i, p in enumerate(self.parameters) if p is w)
                gradients[place] = gradients[place] + L1 * tf.sign(value) + 2 * L2 * value
                total += float(L1 * tf.reduce_sum(tf.abs(value)) + L2 * tf.reduce_sum(value * value))
        return total, gradients, y

    def update(self, x, t, rate):
        """One step. Returns the loss before it, the norm of the gradient, the outputs."""
        loss, gradients, y = self.gradient(x, t)
        norm = math.sqrt(sum(float(tf.reduce_sum(g * g)) for g in gradients))
        if not math.isfinite(loss) or STOP["gradientNorm"] is not None and norm <= STOP["gradientNorm"]:
            return loss, norm, y
        if CLIP_VALUE is not None:
            gradients = [tf.clip_by_value(g, -CLIP_VALUE, CLIP_VALUE) for g in gradients]
        if CLIP_NORM is not None:
            length = math.sqrt(sum(float(tf.reduce_sum(g * g)) for g in gradients))
            factor = CLIP_NORM / max(length, CLIP_NORM) if self.run["keras"] else min(1.0, CLIP_NORM / (length + 1e-6))
            gradients = [factor * g for g in gradients]
        self.optimizer.learning_rate = float(rate)
        self.optimizer.apply(gradients, self.parameters)
        return loss, norm, y`;
