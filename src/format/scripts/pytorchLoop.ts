/** What a run in PyTorch has of its own; `TRAINING_LOOP` goes on with the same class. */
export const PYTORCH_TRAINING = `
def array(tensor):
    return tensor.detach().double().numpy()


class Training:
    """One run: the network and its rows from the same seed, whatever the optimizer."""

    def __init__(self, run, seed):
        torch.manual_seed(seed)
        self.random = numpy.random.default_rng(seed)
        main, validation, test = load(seed)
        self.training, self.validation, self.test = split(main, validation, test, self.random)
        data, rows = self.training
        self.input_scale, self.target_scale = fit_scale(data["x"][rows].astype(float), SCALE), (0.0, 1.0)
        if data["classes"] is None:
            self.target_scale = fit_scale(data["y"][rows], SCALE_TARGET)
        self.layers = build(self.tensor(self.inputs(data, rows[:2])))
        self.network = nn.Sequential(*(layer for _, layer in self.layers))
        self.outputs = self.infer(self.tensor(self.inputs(data, rows[:2]))).shape[1]
        if WEIGHTS is not None:
            with numpy.load(placed(WEIGHTS), allow_pickle=False) as arrays:
                self.take(arrays)
        if START is not None:
            self.take(START)
        self.parameters = [p for p in self.network.parameters() if p.requires_grad]
        self.weights = [p for _, layer in self.layers if isinstance(layer, (nn.Linear, nn.Conv1d, nn.Conv2d)) for p in [layer.weight] if p.requires_grad]
        self.optimizer = run["optimizer"](self.parameters)
        self.run = run
        self.schedule = run["schedule"]() if "schedule" in run else None

    def take(self, arrays):
        """Weights, biases and running statistics from arrays by name."""
        names = {"weight": "weight", "bias": "bias", "runningMean": "running_mean", "runningVariance": "running_var"}
        with torch.no_grad():
            for name, layer in self.layers:
                for theirs, ours in names.items():
                    if name is not None and f"{name}.{theirs}" in arrays and getattr(layer, ours, None) is not None:
                        getattr(layer, ours).copy_(torch.tensor(arrays[f"{name}.{theirs}"]))

    def inputs(self, data, rows):
        """Scaled rows, channels before height and width."""
        x = (data["x"][rows].astype(float) - self.input_scale[0]) * self.input_scale[1]
        return numpy.ascontiguousarray(numpy.moveaxis(x, -1, 1))

    def tensor(self, values):
        return torch.tensor(values, dtype=PRECISION)

    def infer(self, x):
        """Outputs as without training, before an activation that belongs to the loss."""
        self.network.train(False)
        with torch.no_grad():
            y = self.forward(x)
        self.network.train()
        return y

    def state(self):
        return {name: tensor.clone() for name, tensor in self.network.state_dict().items()}

    def restore(self, state):
        self.network.load_state_dict(state)

    def forward(self, x):
        """Rows by outputs; of pictures in the order height, width, channel."""
        return self.network(x).movedim(1, -1).flatten(1)

    def penalty(self):
        total = torch.zeros(())
        for w in self.weights:
            total = total + L1 * w.abs().sum() + L2 * (w * w).sum()
        return total

    def gradient(self, x, t):
        """The loss of a batch with its penalties, the gradient in the parameters, the outputs."""
        for p in self.parameters:
            p.grad = None
        noise = [WEIGHT_NOISE * torch.randn_like(w) for w in self.weights] if WEIGHT_NOISE > 0 else []
        with torch.no_grad():
            for w, n in zip(self.weights, noise):
                w += n
        y = self.forward(x)
        loss = loss_of(y, t)
        if self.parameters:
            loss.backward()
        total = loss.item()
        with torch.no_grad():
            for w, n in zip(self.weights, noise):
                w -= n
        if L1 > 0 or L2 > 0:
            penalty = self.penalty()
            if self.weights:
                penalty.backward()
            total += penalty.item()
        for p in self.parameters:
            if p.grad is None:
                p.grad = torch.zeros_like(p)
        return total, y

    def clip(self):
        if CLIP_VALUE is not None:
            nn.utils.clip_grad_value_(self.parameters, CLIP_VALUE)
        if CLIP_NORM is not None and self.run["keras"]:
            factor = CLIP_NORM / max(self.norm(), CLIP_NORM)
            for p in self.parameters:
                p.grad.mul_(factor)
        elif CLIP_NORM is not None:
            nn.utils.clip_grad_norm_(self.parameters, CLIP_NORM)

    def norm(self):
        return math.sqrt(sum(float((p.grad.double() ** 2).sum()) for p in self.parameters))

    def update(self, x, t, rate):
        """One step. Returns the loss before it, the norm of the gradient, the outputs."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        if not isinstance(self.optimizer, torch.optim.LBFGS):
            loss, y = self.gradient(x, t)
            norm = self.norm()
            if math.isfinite(loss) and not (STOP["gradientNorm"] is not None and norm <= STOP["gradientNorm"]):
                self.clip()
                self.optimizer.step()
            return loss, norm, y
        found = []

        def closure():
            loss, y = self.gradient(x, t)
            found.append((loss, self.norm(), y))
            self.clip()
            return loss

        self.optimizer.step(closure)
        return found[0]`;
