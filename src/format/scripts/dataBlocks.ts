/** Python functions on rows, in numpy alone. Each stands in a script only where its data need it. */
export const SOURCE_BLOCKS = {
  placed: `
FOLDER = os.path.dirname(os.path.abspath(__file__))  # paths start from here, or from --folder


def placed(path):
    return os.path.join(FOLDER, path)`,
  columns: `
NUMBER = re.compile(r"[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?")
MISSING = {"", "na", "n/a", "#n/a", "nan", "null", "none", "?", "-", "."}


def column(cells):
    """Numbers where every cell is one or is missing (nan), else the texts."""
    if all(NUMBER.fullmatch(cell) or cell.lower() in MISSING for cell in cells):
        return numpy.array([float(cell) if NUMBER.fullmatch(cell) else math.nan for cell in cells])
    return list(cells)`,
  csv: `
def read_csv(path):
    with open(placed(path), newline="", encoding="utf-8-sig") as file:
        lines = [[cell.strip() for cell in line] for line in csv.reader(file) if line]
    return {name: column([line[j] for line in lines[1:]]) for j, name in enumerate(lines[0])}`,
  inlineTable: `
def inline_table(rows, targets):
    def cells(values):
        return [str(value) for value in values] if any(isinstance(value, str) for value in values) else numpy.array(values, dtype=float)

    names = ["x"] if len(rows[0]) == 1 else [f"x{j + 1}" for j in range(len(rows[0]))]
    return {**{name: cells([row[j] for row in rows]) for j, name in enumerate(names)}, "y": cells(targets)}`,
  table: `
def table_rows(table, like):
    """Columns side by side; a text column becomes one column a name, in the order in which the names appear in the main data."""
    features = FEATURES or [[name, 1] for name in table if name != TARGET]
    names = like["names"] if like else {name: list(dict.fromkeys(table[name])) for name, _ in features if isinstance(table[name], list)}
    parts = []
    for name, powers in features:
        if name in names:
            parts += [numpy.array([float(cell == each) for cell in table[name]]) for each in names[name]]
        else:
            parts += [table[name] ** (k + 1) for k in range(powers)]
    return numpy.stack(parts, 1), table[TARGET], names`,
  idx: `
def read_idx(path):
    with open(placed(path), "rb") as file:
        content = file.read()
    if content[:2] == b"\\x1f\\x8b":
        content = gzip.decompress(content)
    kind = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}[content[2]]
    rank = content[3]
    shape = numpy.frombuffer(content, ">u4", rank, 4)
    return numpy.frombuffer(content, kind, offset=4 + 4 * rank).reshape(shape).astype(float)`,
  npz: `
def read_npz(path, x, y):
    with numpy.load(placed(path), allow_pickle=False) as arrays:
        return arrays[x].astype(float), arrays[y].astype(float)`,
  libsvm: `
def read_libsvm(path, columns):
    """Sparse in the file, dense here."""
    labels, rows = [], []
    with open(placed(path), encoding="ascii") as file:
        for line in file:
            words = line.split("#")[0].split()
            if words:
                labels.append(float(words[0]))
                rows.append([word.split(":") for word in words[1:]])
    values = numpy.array([float(value) for row in rows for _, value in row])
    single = (values == values.astype(numpy.float32)).all()  # half the memory where it holds every value exactly
    x = numpy.zeros((len(rows), columns), numpy.float32 if single else float)
    for i, row in enumerate(rows):
        for index, value in row:
            x[i, int(index) - 1] = float(value)
    return x, numpy.array(labels)`,
  generated: `
# Generated rows follow the same formulas as in GDExp, with numpy's random numbers: they are other rows of the same kind.
# With --start the very same rows are read from the file.
SEED = 0


def share(i, of):
    """i of so many even steps from 0 to 1, both included."""
    return 0 if of == 1 else i / (of - 1)


def generated(part, make):
    if START is not None and f"{part}.x" in START:
        return START[f"{part}.x"].astype(float), START[f"{part}.y"].astype(float)
    random = numpy.random.default_rng([SEED, ["main", "validation", "test"].index(part)])
    x, y = make(random, numpy.random.default_rng([SEED, 3]))
    order = random.permutation(len(x))
    return x[order], y[order]`,
  curves: `
def curves(random, samples, noise, classes, point):
    labels = [k for k in range(classes) for _ in range(samples * (k + 1) // classes - samples * k // classes)]
    points = [point(k, i, labels.count(k)) for k in range(classes) for i in range(labels.count(k))]
    return numpy.array(points) + noise * random.normal(size=(samples, 2)), numpy.array(labels, dtype=float)`,
  xor: `
def xor(random, samples, noise):
    i = numpy.arange(samples)
    a, b = (i >> 1) & 1, i & 1
    return numpy.stack([a, b], 1) + noise * random.normal(size=(samples, 2)), (a ^ b).astype(float)`,
  blobs: `
def blobs(random, teacher, samples, noise, classes, columns):
    y = numpy.arange(samples) % classes
    return teacher.uniform(-10, 10, (classes, columns))[y] + noise * random.normal(size=(samples, columns)), y.astype(float)`,
  linear: `
def linear(random, teacher, samples, noise, columns):
    x = random.normal(size=(samples, columns))
    return x, x @ teacher.normal(size=columns) + teacher.normal() + noise * random.normal(size=samples)`,
  sampled: `
def sampled(random, samples, noise, low, high, f):
    x = numpy.linspace(low, high, samples) if samples > 1 else numpy.array([(low + high) / 2])
    return x[:, None], f(x) + noise * random.normal(size=samples)`,
  multiHot: `
def multi_hot(random, teacher, samples, columns, non_zeros, classes):
    """Sets of words: word w with probability min(1, c / (w + 1)), so many on average; the largest score of a random teacher is the class."""
    low, high = 0.0, float(columns)
    for _ in range(60):
        c = (low + high) / 2
        chance = numpy.minimum(1, c / numpy.arange(1, columns + 1))
        low, high = (c, high) if chance.sum() < non_zeros else (low, c)
    weights = teacher.normal(size=(columns, classes))
    x = (random.random((samples, columns)) < chance).astype(float)
    return x, ((x - chance) @ weights).argmax(1).astype(float)`,
  encode: `
def encode(source, like=None):
    """x: rows by the shape of a row; y: class indices, or rows by targets. like: the main data, whose names and classes hold."""
    names = None
    if isinstance(source, dict):
        x, y, names = table_rows(source, like)
    else:
        x, y = source
    shape = SHAPE or (x.shape[1:] if x.ndim != 3 else (*x.shape[1:], 1)) or (1,)
    x = x.reshape(len(x), *shape)
    if not numpy.isfinite(x).all():
        raise ValueError("a feature has a missing value, or one that is no number")
    classes = None
    if isinstance(y, list):
        classes = like["classes"] if like else list(dict.fromkeys(y))
        y = numpy.array([classes.index(name) for name in y])
    else:
        y = y.reshape(len(y), -1)
        if CLASSIFICATION and y.shape[1] == 1:
            y = y[:, 0]
            if like["classes"] == [-1, 1] if like else set(y) <= {-1, 1} and -1 in y:
                classes, y = [-1, 1], (y == 1).astype(int)
            else:
                classes = like["classes"] if like else list(range(int(y.max()) + 1))
                y = y.astype(int)
    return {"x": x, "y": y, "classes": classes, "names": names}`,
  split: `
def take_from_end(order, count, y):
    """The last rows and those before them; with STRATIFY each class gives its share, by largest remainders."""
    if not STRATIFY or count == 0:
        return order[: len(order) - count], order[len(order) - count :]
    exact = numpy.bincount(y[order], minlength=y.max() + 1) * count / len(order)
    left = numpy.floor(exact).astype(int)
    for k in sorted(range(len(left)), key=lambda k: (-(exact[k] % 1), k))[: count - left.sum()]:
        left[k] += 1
    taken = []
    for row in order[::-1]:
        if left[y[row]] > 0:
            left[y[row]] -= 1
            taken.append(row)
    chosen = set(taken)
    return numpy.array([row for row in order if row not in chosen]), numpy.array(taken[::-1])


def split(main, validation, test, random):
    """Three parts, each rows of a data set: (data, rows), None where there are none."""
    if START is not None:
        rows = [START[f"rows.{name}"] for name in ("training", "validation", "test")]
    else:
        count = [int(size if size >= 1 else math.floor(size * len(main["x"]) + 0.5)) for size in (VALIDATION, TEST)]
        order = random.permutation(len(main["x"])) if SHUFFLE_ROWS else numpy.arange(len(main["x"]))
        rest, tested = take_from_end(order, count[1], main["y"])
        rows = [*take_from_end(rest, count[0], main["y"]), tested]
    own = [main, validation or main, test or main]
    every = [rows[0], *(rows[k] if data is None else numpy.arange(len(data["x"])) for k, data in ((1, validation), (2, test)))]
    return [(data, chosen) if len(chosen) else None for data, chosen in zip(own, every)]`,
  scale: `
def fit_scale(values, spec):
    """Shift and factor of each column, from rows of the training part."""
    if not isinstance(spec, str):
        return 0.0, float(spec)
    if spec == "none":
        return 0.0, 1.0
    if spec == "standardize":
        shift, spread = values.mean(0), values.std(0)
        return shift, numpy.where(spread > 1e-14 * abs(shift), 1 / numpy.where(spread > 0, spread, 1), 1)
    shift, spread = values.min(0), values.max(0) - values.min(0)
    return shift, numpy.where(spread > 0, 1 / numpy.where(spread > 0, spread, 1), 1)`,
  augment: `
def augmented(x, random):
    """Pictures moved by whole pixels, black coming in, and mirrored: before they are scaled."""
    if AUGMENT["shift"] == 0 and AUGMENT["flip"] == "none":
        return x
    pictures = x if x.ndim == 4 else x[:, None]  # a sequence is a picture of height 1
    out = numpy.zeros_like(pictures)
    height, width = pictures.shape[1:3]
    for i, picture in enumerate(pictures):
        down = random.integers(-AUGMENT["shift"], AUGMENT["shift"] + 1) if height > 1 else 0
        right = random.integers(-AUGMENT["shift"], AUGMENT["shift"] + 1)
        rows, columns = numpy.arange(height) - down, numpy.arange(width) - right
        inside = ((rows >= 0) & (rows < height))[:, None] & ((columns >= 0) & (columns < width))[None]
        moved = picture[rows.clip(0, height - 1)][:, columns.clip(0, width - 1)] * inside[..., None]
        if AUGMENT["flip"] in ("horizontal", "both") and random.random() < 0.5:
            moved = moved[:, ::-1]
        if AUGMENT["flip"] in ("vertical", "both") and random.random() < 0.5:
            moved = moved[::-1]
        out[i] = moved
    return out.reshape(x.shape)


def disturbed(x, t, random):
    """Noise after scaling, then mixup of rows and targets."""
    if AUGMENT["noise"] > 0:
        x = x + AUGMENT["noise"] * random.normal(size=x.shape)
    if AUGMENT["mixup"] > 0:
        part, order = random.beta(AUGMENT["mixup"], AUGMENT["mixup"]), random.permutation(len(x))
        x, t = part * x + (1 - part) * x[order], part * t + (1 - part) * t[order]
    return x, t`,
} as const;
