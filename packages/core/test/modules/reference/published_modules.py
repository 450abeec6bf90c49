"""Values and derivatives of the arithmetic modules after NALU, computed by JAX in double precision, independently of Nalu.

Each module is written from its paper's formula or its authors' code. Run by hand when a case is added; the result is
committed:  python published_modules.py > published_modules.json
"""

import json

import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)

INPUTS, OUTPUTS, ROWS = 3, 2, 6
SQUARE = (INPUTS, OUTPUTS)
EPS32 = 2.0**-23
PHI = (1 + 5**0.5) / 2

sigmoid = jax.nn.sigmoid


def numbers(shape, seed):
    count = 1
    for length in shape:
        count *= length
    return (1.7 * jnp.sin(12.9898 * (jnp.arange(count) + 1) + 78.233 * seed)).reshape(shape)


def nac_weight(p, prefix=""):
    return jnp.tanh(p[prefix + "wHat"]) * sigmoid(p[prefix + "mHat"])


def nau(p, x, _):
    return jnp.einsum("ri,io->ro", x, jnp.clip(p["weight"], -1, 1))


def mnac(x, w):
    return jnp.prod(x[:, :, None] * w[None] + 1 - w[None], axis=1)


def nmu(p, x, _):
    return mnac(x, jnp.clip(p["weight"], 0, 1))


def snmu(low, high):
    def apply(p, x, u):
        top = 1 + 1 / jax.lax.stop_gradient(jnp.std(x, ddof=1)) if high is None else high
        n = low + (top - low) * u
        w = jnp.clip(p["weight"], 0, 1)
        return mnac(x * n, w) / mnac(n, w)

    return apply


def inalu_parts(x, add, multiply, gate, omega):
    a = x @ add
    m = jnp.exp(jnp.minimum(jnp.log(jnp.maximum(jnp.abs(x), 1e-7)) @ multiply, omega))
    s = mnac(jnp.sign(x), jnp.abs(multiply))
    g = sigmoid(gate)
    return g * a + (1 - g) * m * s


def inalu_separate(p, x, _):
    return inalu_parts(x, nac_weight(p, "add/"), nac_weight(p, "multiply/"), p["gate"], 20)


def inalu_shared(p, x, _):
    w = nac_weight(p)
    return inalu_parts(x, w, w, p["gate"], 20)


def inalu_limited(p, x, _):
    return inalu_parts(x, nac_weight(p, "add/"), nac_weight(p, "multiply/"), p["gate"], 0.05)


def gnalu(p, x, _):
    tanh = lambda t: (PHI ** (2 * t) - 1) / (PHI ** (2 * t) + 1)
    sig = lambda t: 1 / (1 + PHI ** (-t))
    w = tanh(p["wHat"]) * sig(p["mHat"])
    g = sig(x @ p["gate"])
    m = PHI ** ((jnp.log(jnp.abs(x) + 1e-7) @ w) / jnp.log(PHI))
    return g * (x @ w) + (1 - g) * m


def gated_nau_nmu(p, x, _):
    g = sigmoid(x @ p["gate"])
    return g * (x @ jnp.clip(p["add/weight"], -1, 1)) + (1 - g) * mnac(x, jnp.clip(p["multiply/weight"], 0, 1))


def nac_mul_sigmoid(p, x, _):
    return jnp.exp(jnp.log(jnp.abs(x) + 1e-7) @ sigmoid(p["wHat"]))


def nac_mul_nmu(p, x, _):
    return jnp.exp(jnp.log(jnp.abs(x) + 1e-7) @ jnp.clip(p["weight"], 0, 1))


@jax.custom_vjp
def straight_through(g):
    return jnp.clip(g, 0, 1)


straight_through.defvjp(lambda g: (jnp.clip(g, 0, 1), None), lambda _, c: (c,))


def clipped(g):
    return jnp.clip(g, 0, 1)


def npu(clip):
    def apply(p, x, _):
        g = clip(p["relevance"]) if clip else jnp.ones(INPUTS)
        r = g * (jnp.abs(x) + EPS32) + (1 - g)
        k = jnp.maximum(-jnp.sign(x), 0) * jnp.pi * g
        real = p["real"]
        imaginary = p.get("imaginary", jnp.zeros(SQUARE))
        log = jnp.log(r)
        return jnp.exp(log @ real - k @ imaginary) * jnp.cos(k @ real + log @ imaginary)

    return apply


def nru(separate, training):
    def apply(p, x, _):
        w = jnp.clip(p["weight"], -1, 1)[None]
        x = x[:, :, None]
        a = jnp.tanh(1000 * w) ** 2 if training else jnp.abs(w)
        if separate:
            signs = jnp.where(jnp.round(w) == 0, 1.0, jnp.sign(x))
            return jnp.prod(jnp.abs(x) ** w * a + 1 - a, axis=1) * jnp.prod(signs, axis=1)
        return jnp.prod(jnp.sign(x) * jnp.abs(x) ** w * a + 1 - a, axis=1)

    return apply


def nmru(training):
    def apply(p, x, _):
        w = jnp.clip(p["weight"], 0, 1)
        z = jnp.concatenate([x, 1 / (x + EPS32 if training else x)], axis=1)
        k = jnp.maximum(-jnp.sign(z), 0) * jnp.pi
        return mnac(jnp.abs(z), w) * jnp.cos(k @ w)

    return apply


def mcfc(p, x, _):
    o = sigmoid(p["gateWeight"] + p["gateBias"])
    return o * (x @ jax.nn.softmax(p["redistribution"], axis=-1))


def mul_mcfc(sign, trash):
    def apply(p, x, _):
        inner = {name[5:]: value for name, value in p.items() if name.startswith("mcfc/")}
        cut = slice(None, -1) if trash else slice(None)
        y = jnp.exp(mcfc(inner, jnp.log(x if sign == "none" else jnp.abs(x)), None)[:, cut] + p["bias"])
        j = jax.nn.softmax(inner["redistribution"], axis=-1)[:, cut]
        if sign == "inalu":
            return y * mnac(jnp.sign(x), j)
        if sign == "realNpu":
            k = jnp.maximum(-jnp.sign(x), 0) * jnp.pi * jnp.clip(p["relevance"], 0, 1)
            return y * jnp.cos(k @ j)
        return y

    return apply


HIDDEN = OUTPUTS


def recurrent(step, start):
    """Reads the row number by number; the last output counts."""

    def apply(p, x, _):
        cell = {name[5:]: value for name, value in p.items() if name.startswith("cell/")}
        carry = [
            jnp.broadcast_to(p.get(f"start/{i}", jnp.full(HIDDEN, value)), (ROWS, HIDDEN)) for i, value in enumerate(start)
        ]
        for t in range(INPUTS):
            carry = step(cell, carry, x[:, t : t + 1])
        return carry[0]

    return apply


def elman(activation):
    return lambda p, carry, x: [activation(x @ p["input"] + carry[0] @ p["state"] + p["bias"])]


def lstm(forget_bias):
    def step(p, carry, x):
        h, c = carry
        i, f, g, o = jnp.split(x @ p["input"] + h @ p["state"] + p["bias"], 4, axis=1)
        c = sigmoid(f + forget_bias) * c + sigmoid(i) * jnp.tanh(g)
        return [sigmoid(o) * jnp.tanh(c), c]

    return step


def accumulator(module):
    return lambda p, carry, x: [module(p, jnp.concatenate([x, carry[0]], axis=1), None)]


def cell_params(gates=None):
    if gates is None:
        return {"cell/weight": (1 + HIDDEN, HIDDEN)}
    return {"cell/input": (1, gates * HIDDEN), "cell/state": (HIDDEN, gates * HIDDEN), "cell/bias": (gates * HIDDEN,)}


STARTS = {"start/0": (HIDDEN,), "start/1": (HIDDEN,)}

ONE = {"weight": SQUARE}
PAIR = {"wHat": SQUARE, "mHat": SQUARE}
TWO_PAIRS = {"add/wHat": SQUARE, "add/mHat": SQUARE, "multiply/wHat": SQUARE, "multiply/mHat": SQUARE}
GATE = {"gate": (OUTPUTS,)}
REAL = {"real": SQUARE}
RELEVANCE = {"relevance": (INPUTS,)}
JUNCTION = {"redistribution": SQUARE, "gateWeight": (OUTPUTS,), "gateBias": (OUTPUTS,)}


def mul_params(columns, **more):
    return {
        "mcfc/redistribution": (INPUTS, columns),
        "mcfc/gateWeight": (columns,),
        "mcfc/gateBias": (columns,),
        "bias": (OUTPUTS,),
        **more,
    }



def convolution(height, width, channels, size):
    def apply(p, x, _):
        images = x.reshape(ROWS, height, width, channels)
        filters = p["weight"].reshape(size, size, channels, -1)
        y = jax.lax.conv_general_dilated(images, filters, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))
        return jnp.tanh(y + p["bias"]).reshape(ROWS, -1)

    return apply


def max_pool(height, width, channels, size):
    def apply(p, x, _):
        images = x.reshape(ROWS, height, width, channels)
        window = (1, size, size, 1)
        return jax.lax.reduce_window(images, -jnp.inf, jax.lax.max, window, window, "VALID").reshape(ROWS, -1)

    return apply


# name: function, parameters, whether x must be positive, widths of rows in and out where they are others
CASES = {
    "nau": (nau, ONE, False),
    "nmu": (nmu, ONE, False),
    "snmu": (snmu(1, 5), ONE, False),
    "snmuBatch": (snmu(1, None), ONE, False),
    "inalu": (inalu_separate, {**TWO_PAIRS, **GATE}, False),
    "inaluShared": (inalu_shared, {**PAIR, **GATE}, False),
    "inaluLimited": (inalu_limited, {**TWO_PAIRS, **GATE}, False),
    "gnalu": (gnalu, {**PAIR, "gate": SQUARE}, False),
    "gatedNauNmu": (gated_nau_nmu, {"add/weight": SQUARE, "multiply/weight": SQUARE, "gate": SQUARE}, False),
    "nacMulSigmoid": (nac_mul_sigmoid, {"wHat": SQUARE}, False),
    "nacMulNmu": (nac_mul_nmu, ONE, False),
    "npu": (npu(straight_through), {**REAL, "imaginary": SQUARE, **RELEVANCE}, False),
    "npuClipped": (npu(clipped), {**REAL, "imaginary": SQUARE, **RELEVANCE}, False),
    "npuNaive": (npu(None), {**REAL, "imaginary": SQUARE}, False),
    "realNpu": (npu(straight_through), {**REAL, **RELEVANCE}, False),
    "realNpuModified": (npu(clipped), {**REAL, **RELEVANCE}, False),
    "nruTraining": (nru(False, True), ONE, False),
    "nruInUse": (nru(False, False), ONE, False),
    "nruSeparate": (nru(True, False), ONE, False),
    "nmruTraining": (nmru(True), {"weight": (2 * INPUTS, OUTPUTS)}, False),
    "nmruInUse": (nmru(False), {"weight": (2 * INPUTS, OUTPUTS)}, False),
    "mcfc": (mcfc, JUNCTION, False),
    "mulMcfc": (mul_mcfc("none", True), mul_params(OUTPUTS + 1), True),
    "mulMcfcPlain": (mul_mcfc("none", False), mul_params(OUTPUTS), True),
    "mulMcfcInalu": (mul_mcfc("inalu", True), mul_params(OUTPUTS + 1), False),
    "mulMcfcRealNpu": (mul_mcfc("realNpu", False), mul_params(OUTPUTS, relevance=(INPUTS,)), False),
    "rnn": (recurrent(elman(jnp.tanh), [0]), cell_params(1), False),
    "rnnRelu": (recurrent(elman(jax.nn.relu), [0]), cell_params(1), False),
    "lstm": (recurrent(lstm(0), [0, 0]), cell_params(4), False),
    "lstmForgetBias": (recurrent(lstm(1), [0, 0]), {**cell_params(4), **STARTS}, False),
    "nauRecurrent": (recurrent(accumulator(nau), [0]), cell_params(), False),
    "nmuRecurrent": (recurrent(accumulator(nmu), [1]), cell_params(), False),
    "convolution": (convolution(5, 4, 2, 3), {"weight": (3 * 3 * 2, 2), "bias": (2,)}, False, (40, 3 * 2 * 2)),
    "maxPool": (max_pool(4, 6, 2, 2), {}, False, (48, 2 * 3 * 2)),
}


def case(f, shapes, positive, sizes=(INPUTS, OUTPUTS)):
    p = {path: numbers(shape, 1 + i) for i, (path, shape) in enumerate(shapes.items())}
    x = numbers((ROWS, sizes[0]), 9)
    x = jnp.abs(x) + 0.1 if positive else x
    y = numbers((ROWS, sizes[1]), 10)
    u = numbers((ROWS, sizes[0]), 11) / 4 + 0.5
    loss = lambda p, x: jnp.mean((f(p, x, u) - y) ** 2)
    dp, dx = jax.grad(loss, argnums=(0, 1))(p, x)
    flat = lambda a: [float(v) for v in a.ravel()]
    return {"value": flat(f(p, x, u)), "parameters": {path: flat(dp[path]) for path in shapes}, "x": flat(dx)}


print(
    json.dumps(
        {"source": f"JAX {jax.__version__}, float64", "modules": {name: case(*each) for name, each in CASES.items()}},
        indent=1,
    )
)
