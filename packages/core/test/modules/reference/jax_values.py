"""Values and derivatives of modules and activations, computed by JAX in double precision, independently of Nalu.

Run by hand when a case is added; the result is committed:  python jax_values.py > jax_values.json
"""

import json

import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)


def numbers(shape, seed):
    count = 1
    for length in shape:
        count *= length
    return (1.7 * jnp.sin(12.9898 * (jnp.arange(count) + 1) + 78.233 * seed)).reshape(shape)


def weight(w_hat, m_hat):
    return jnp.tanh(w_hat) * jax.nn.sigmoid(m_hat)


def nac(p, x):
    return x @ weight(p["wHat"], p["mHat"])


def nac_mul(p, x):
    return jnp.exp(jnp.log(jnp.abs(x) + 1e-6) @ weight(p["wHat"], p["mHat"]))


def nalu_shared(p, x):
    g = jax.nn.sigmoid(x @ p["gate"])
    return g * nac(p, x) + (1 - g) * nac_mul(p, x)


def nalu_separate(p, x):
    add = {"wHat": p["add/wHat"], "mHat": p["add/mHat"]}
    multiply = {"wHat": p["multiply/wHat"], "mHat": p["multiply/mHat"]}
    g = jax.nn.sigmoid(x @ p["gate"])
    return g * nac(add, x) + (1 - g) * nac_mul(multiply, x)


PAIR = ["wHat", "mHat"]
MODULES = {
    "nac": (nac, PAIR),
    "nacMul": (nac_mul, PAIR),
    "naluShared": (nalu_shared, PAIR + ["gate"]),
    "naluSeparate": (nalu_separate, ["add/wHat", "add/mHat", "multiply/wHat", "multiply/mHat", "gate"]),
}

INPUTS, OUTPUTS, ROWS = 3, 2, 6


def module_case(f, paths):
    p = {path: numbers((INPUTS, OUTPUTS), 1 + i) for i, path in enumerate(paths)}
    x = numbers((ROWS, INPUTS), 9)
    y = numbers((ROWS, OUTPUTS), 10)
    loss = lambda p, x: jnp.mean((f(p, x) - y) ** 2)
    value, (dp, dx) = jax.value_and_grad(loss, argnums=(0, 1))(p, x)
    flat = lambda a: [float(v) for v in a.ravel()]
    return {"loss": float(value), "parameters": {path: flat(dp[path]) for path in paths}, "x": flat(dx)}


# PyTorch's definitions and default constants; JAX's own functions where they agree.
ACTIVATIONS = {
    "none": lambda x: x,
    "tanh": jnp.tanh,
    "sigmoid": jax.nn.sigmoid,
    "relu6": jax.nn.relu6,
    "softsign": jax.nn.soft_sign,
    "selu": jax.nn.selu,
    "elu": jax.nn.elu,
    "relu": jax.nn.relu,
    "leakyRelu": jax.nn.leaky_relu,
    "prelu": lambda x: jax.nn.leaky_relu(x, 0.25),
    "softplus": jax.nn.softplus,
    "hardtanh": jax.nn.hard_tanh,
    "tanhshrink": lambda x: x - jnp.tanh(x),
    "hardshrink": lambda x: jnp.where(jnp.abs(x) > 0.5, x, 0.0),
    "softshrink": lambda x: jnp.sign(x) * jnp.maximum(jnp.abs(x) - 0.5, 0.0),
    "threshold": lambda x: jnp.where(x > 0.1, x, 20.0),
}

# No kinks among them.
POINTS = [-50.0, -8.0, -2.5, -0.7, -0.3, -1e-3, 1e-3, 0.05, 0.3, 0.7, 2.5, 5.9, 6.1, 8.0, 50.0]


def activation_case(f):
    return {"value": [float(f(jnp.float64(x))) for x in POINTS], "derivative": [float(jax.grad(f)(jnp.float64(x))) for x in POINTS]}


print(
    json.dumps(
        {
            "source": f"JAX {jax.__version__}, float64",
            "modules": {name: module_case(*case) for name, case in MODULES.items()},
            "points": POINTS,
            "activations": {name: activation_case(f) for name, f in ACTIVATIONS.items()},
        },
        indent=1,
    )
)
