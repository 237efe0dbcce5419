"""What an exported script for Keras 3 calls, said in the words of Keras 2.3 on Theano, the last Keras that Debian has packaged.

On Debian 11, or a debootstrap of it, `apt-get install python3-keras`; then GDEXP_KERAS_PYTHON names its Python to
test/unit/exports.test.ts, and GDEXP_KERAS_DUMP=1 writes ../dumps/keras-losses.json anew. Imported in TensorFlow's place, before the
script imports Keras. Layers, gradients and the rules of optimizers are Keras's and Theano's own; of TensorFlow only what the scripts
name is here. What the two Keras do not have alike raises NotImplementedError: padding "same" (Theano's lies on the other side),
LayerNormalization, and optimizers whose formula has changed since. GELU and SiLU, which Keras 2.3 has not, are written out.
"""
import functools
import os
import types
import weakref

os.environ["KERAS_BACKEND"] = "theano"
os.environ.setdefault("THEANO_FLAGS", "optimizer=None,linker=py,cxx=,floatX=float64")

import keras
import numpy
import theano
import theano.tensor as T
from keras import backend as K
from keras.engine.base_layer import Layer
from theano.tensor.sharedvar import TensorSharedVariable

K.set_learning_phase(0)
tapes = []


class Tensor:
    """A tensor whose value is computed when it is asked for, or with the gradient of the tape it was made under."""

    def __init__(self, expression, shape=None):
        self.expression, self.known, self.size = expression, None, shape
        if isinstance(expression, numpy.ndarray):
            self.known, self.size = expression, expression.shape
        elif tapes:
            tapes[-1].made.add(self)

    @property
    def value(self):
        if self.known is None:
            self.known = numpy.asarray(theano.function([], self.expression, on_unused_input="ignore")())
        return self.known

    @property
    def shape(self):
        return tuple(self.value.shape if self.size is None else self.size)

    def __len__(self):
        return self.shape[0]

    def __float__(self):
        return float(self.value)

    def __array__(self, dtype=None, copy=None):
        return self.value if dtype is None else self.value.astype(dtype)


def symbol(x):
    """What Theano computes with: a constant of what is known, the expression of what is not."""
    if isinstance(x, Tensor):
        return T.constant(x.known) if x.known is not None else x.expression
    return x


def operation(name):
    def apply(self, *others):
        return Tensor(getattr(symbol(self), name)(*(symbol(other) for other in others)))
    return apply


for name in ("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "pow", "rpow", "neg", "gt", "lt", "ge", "le", "getitem"):
    setattr(Tensor, f"__{name}__", operation(f"__{name}__"))


# Variables: Theano's shared ones, under the names of Keras 3.
def assign(self, value):
    self.set_value(numpy.asarray(value.value if isinstance(value, Tensor) else value, dtype=self.dtype).reshape(self.get_value().shape))


TensorSharedVariable.assign = assign
TensorSharedVariable.value = property(lambda self: self)


class GradientTape:
    def __init__(self):
        self.made, self.updates = weakref.WeakSet(), []

    def __enter__(self):
        tapes.append(self)
        return self

    def __exit__(self, *_):
        tapes.pop()

    def gradient(self, loss, variables):
        """With the values of all that was made under the tape: they belong to the weights as they are now."""
        made = list(self.made)
        gradients = T.grad(symbol(loss), variables, disconnected_inputs="ignore")
        values = theano.function([], [*gradients, *(each.expression for each in made)], updates=self.updates)()
        for each, value in zip(made, values[len(gradients):]):
            each.known = numpy.asarray(value)
        return [Tensor(numpy.asarray(value)) for value in values[: len(gradients)]]


def function(f):
    return lambda *arguments, **named: Tensor(f(*(symbol(a) for a in arguments), **named))


def convert_to_tensor(x):
    return Tensor(numpy.array(x.get_value())) if isinstance(x, TensorSharedVariable) else x


def constant(values, dtype=None):
    return Tensor(numpy.array(values, dtype=dtype))


def reduced(f):
    return lambda x, axis=None: Tensor(f(symbol(x), axis=axis))


reduce_mean, reduce_sum = reduced(T.mean), reduced(T.sum)
sqrt, maximum, abs, sign, clip_by_value, where, sigmoid = (function(f) for f in (T.sqrt, T.maximum, T.abs_, T.sgn, T.clip, T.switch, T.nnet.sigmoid))
zeros_like = function(T.zeros_like)
norm = function(lambda x: T.sqrt(T.sum(x * x)))


def reshape(x, shape):
    known = [n for n in shape if n != -1]
    size = numpy.prod(x.shape, dtype=int)
    shape = [int(size // max(1, numpy.prod(known, dtype=int))) if n == -1 else n for n in shape]
    return Tensor(T.reshape(symbol(x), shape, ndim=len(shape)), shape)


nn = types.SimpleNamespace(
    relu=function(T.nnet.relu), softmax=function(T.nnet.softmax),
    softmax_cross_entropy_with_logits=function(lambda t, y: -T.sum(t * T.nnet.logsoftmax(y), axis=1)),
    sigmoid_cross_entropy_with_logits=function(lambda t, y: T.nnet.softplus(y) - t * y),
    moments=lambda x, axes: (Tensor(T.mean(symbol(x), axis=axes)), Tensor(T.var(symbol(x), axis=axes))),
)
math = types.SimpleNamespace(log=function(T.log), softplus=function(T.nnet.softplus))

own_call = Layer.__call__


def call(self, x, **named):
    if not isinstance(x, Tensor):
        return own_call(self, x, **named)
    inside = T.as_tensor_variable(symbol(x))
    inside._keras_shape = x.shape
    out = own_call(self, inside, **named)
    if tapes and named.get("training"):
        tapes[-1].updates += self.get_updates_for(inside)
    return Tensor(out, out._keras_shape)


Layer.__call__ = call
Layer.trainable_variables = property(lambda self: self.trainable_weights)


def unlike(what):
    def refuse(*_, **__):
        raise NotImplementedError(f"Keras 2.3 on Theano does not have {what} as Keras 3 has it")
    return refuse


def valid_only(kind):
    class Windowed(kind):
        def __init__(self, *sizes, padding="valid", **named):
            if padding != "valid":
                unlike("padding " + padding)()
            super().__init__(*sizes, padding=padding, **named)
    Windowed.__name__ = kind.__name__
    return Windowed


# Theano turns kernels and TensorFlow does not: what keras.utils.convert_kernel is there for.
T.nnet.conv2d = functools.partial(T.nnet.conv2d, filter_flip=False)

layers = keras.layers
for name in ("Conv1D", "Conv2D", "DepthwiseConv2D", "MaxPooling2D", "AveragePooling2D"):
    setattr(layers, name, valid_only(getattr(layers, name)))
layers.LayerNormalization, layers.DepthwiseConv1D = unlike("LayerNormalization"), unlike("DepthwiseConv1D")
own_leaky = layers.LeakyReLU
layers.LeakyReLU = lambda negative_slope: own_leaky(alpha=negative_slope)
keras.utils.get_custom_objects().update(
    gelu=lambda x: 0.5 * x * (1 + T.erf(x / numpy.sqrt(2.0))),
    silu=lambda x: x * T.nnet.sigmoid(x),
)

own_scaling = keras.initializers.VarianceScaling
keras.initializers.VarianceScaling = lambda scale, mode, distribution, **named: own_scaling(scale, mode, distribution.replace("untruncated_", ""), **named)
keras.utils.set_random_seed = numpy.random.seed


def optimizer(kind):
    """Keras 2.3's class with Keras 3's `apply`: its rule, given gradients."""
    class Applied(kind):
        def __init__(self, weight_decay=None, **named):
            if weight_decay is not None:
                unlike("weight_decay")()
            super().__init__(**named)
            self.__dict__["step"] = None

        def __setattr__(self, name, value):
            if name == "learning_rate" and hasattr(self, "learning_rate"):
                K.set_value(self.learning_rate, value)
            else:
                super().__setattr__(name, value)

        def apply(self, gradients, variables):
            if self.step is None:
                given = [theano.shared(numpy.zeros_like(v.get_value())) for v in variables]
                self.get_gradients = lambda loss, params: given
                self.__dict__["step"] = (given, theano.function([], [], updates=self.get_updates(loss=T.constant(0.0), params=list(variables))))
            given, step = self.step
            for shared, gradient in zip(given, gradients):
                shared.set_value(numpy.asarray(gradient))
            step()
    return Applied


# Keras 3's Adam has the same formula, Keras 2.3's others have ε elsewhere or no initial accumulator.
alike = {name: optimizer(getattr(keras.optimizers, name)) for name in ("SGD", "Adam", "Adamax")}
names = ("SGD", "Adam", "Adamax", "Adagrad", "Adadelta", "RMSprop", "AdamW", "Nadam", "Lion", "Lamb")
keras.optimizers = types.SimpleNamespace(**{name: alike.get(name) or unlike(name) for name in names})
