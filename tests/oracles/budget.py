"""Writes budget.json beside itself: the most that a budget can bring in made-up campaigns whose response is known, by HiGHS.

    python -m venv somewhere && somewhere/bin/pip install "numpy<2" scipy==1.17.1
    somewhere/bin/python tests/oracles/budget.py

The same file byte for byte each time: the dice are a linear congruential generator written out here, and `app/tests/engine/learning.rs` throws the same
ones. `tilts` is the linear program over the policy's own class: for each context a mixture of 64 tilts of the prize table, with means from floor to ceiling;
`free` the one over all odds whose mean lies between them.
"""

import json
import math
import pathlib

import numpy as np
from scipy.optimize import brentq, linprog
from scipy.sparse import lil_matrix

PRIZES = [(0, 400), (50, 300), (100, 180), (300, 80), (500, 30), (1000, 10)]
VALUES = np.array([v for v, _ in PRIZES], dtype=float)
WEIGHTS = np.array([w for _, w in PRIZES], dtype=float)
FLOOR, CEILING, RUNGS, DAYS, CONTEXTS = 30.0, 400.0, 64, 60, 40
MARGIN, USE = 900.0, 0.8


class Dice:
    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 11) / 2**53


def tilt(mean):
    def odds(theta):
        e = np.log(WEIGHTS) + theta * VALUES / 1000
        p = np.exp(e - e.max())
        return p / p.sum()

    return odds(brentq(lambda theta: odds(theta) @ VALUES - mean, -200, 200, xtol=1e-14))


def logistic(x):
    return 1 / (1 + np.exp(-x))


def instance(seed):
    """Contexts with their response, and how often each comes on each day."""
    dice = Dice(seed)
    brings, costs, traffic = [], [], []
    for _ in range(CONTEXTS):
        base = -3.5 + 4.0 * dice.uniform()
        slope = 0.8 * dice.uniform()
        often = 1 + int(40 * dice.uniform())
        p = logistic(base + slope * np.log1p(VALUES / 100))
        brings.append(MARGIN * (p - p[0]))
        costs.append(VALUES * p * USE)
        traffic.append([int(often * (0.5 + dice.uniform())) for _ in range(DAYS)])
    share = 0.3 + 0.5 * dice.uniform()
    return np.array(brings), np.array(costs), np.array(traffic), share


def solve(seed):
    brings, costs, traffic, share = instance(seed)
    often = traffic.sum(axis=1)
    means = [FLOOR + (CEILING - FLOOR) * n / (RUNGS - 1) for n in range(RUNGS)]
    tilts = np.array([tilt(mean) for mean in means])
    gain = often[:, None] * ((brings - costs) @ tilts.T)
    cost = often[:, None] * (costs @ tilts.T)
    # Between what the floor costs and what would be spent if there were no end of it.
    least, most = cost[:, 0].sum(), cost[np.arange(CONTEXTS), gain.argmax(axis=1)].sum()
    budget = float(least + share * (most - least))

    def best(c, cap, n, means):
        variables = CONTEXTS * n
        equal = lil_matrix((CONTEXTS, variables))
        for i in range(CONTEXTS):
            equal[i, i * n : (i + 1) * n] = 1
        rows = 1 if means is None else 1 + 2 * CONTEXTS
        upper, limit = lil_matrix((rows, variables)), np.zeros(rows)
        upper[0], limit[0] = cap.reshape(1, -1), budget
        for i in range(CONTEXTS if means is not None else 0):
            upper[1 + 2 * i, i * n : (i + 1) * n], limit[1 + 2 * i] = means, CEILING
            upper[2 + 2 * i, i * n : (i + 1) * n], limit[2 + 2 * i] = -means, -FLOOR
        found = linprog(-c.ravel(), A_ub=upper.tocsr(), b_ub=limit, A_eq=equal.tocsr(), b_eq=np.ones(CONTEXTS), method="highs")
        assert found.success, found.message
        return -float(found.fun)

    return {
        "seed": seed,
        "budget": budget,
        "tilts": best(gain, cost, RUNGS, None),
        "free": best(often[:, None] * (brings - costs), often[:, None] * costs, len(VALUES), VALUES),
    }


path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps([solve(seed) for seed in range(1, 21)], indent=1) + "\n")
