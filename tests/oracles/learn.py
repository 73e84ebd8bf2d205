"""Writes learn.json beside itself: what independent implementations say of made-up decisions and visits.

    python -m venv somewhere && somewhere/bin/pip install "numpy<2" scipy==1.17.1 statsmodels==0.15.0 pandas scikit-learn pyyaml tqdm matplotlib seaborn mypy_extensions
    somewhere/bin/pip install --no-deps obp==0.4.1
    somewhere/bin/python tests/oracles/learn.py

The same file byte for byte each time: the dice are a linear congruential generator written out here, and `tests/src/learn.rs` throws the same ones. IPS,
self-normalized IPS and doubly robust are Open Bandit Pipeline's, the logistic regressions statsmodels'.
"""

import json
import math
import pathlib
import sys
import types

import numpy as np
import statsmodels.api as sm

# Of the pipeline only the estimators are used; its neural networks would bring a gigabyte along.
class Empty(types.ModuleType):
    def __getattr__(self, name):
        return sys.modules.get(f"{self.__name__}.{name}") or type(name, (), {})


for name in ("torch", "torch.nn", "torch.nn.functional", "torch.optim", "torch.utils", "torch.utils.data"):
    sys.modules.setdefault(name, Empty(name))
from obp.ope import DoublyRobust, InverseProbabilityWeighting, SelfNormalizedInverseProbabilityWeighting  # noqa: E402


class Dice:
    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 11) / 2**53


def chances(dice, k):
    """Some chances that sum to 1, in millionths, so that they are the same numbers in text."""
    parts = [1 + int(dice.uniform() * 1000) for _ in range(k)]
    whole = sum(parts)
    out = [1_000_000 * part // whole for part in parts]
    out[0] += 1_000_000 - sum(out)
    return [x / 1e6 for x in out]


def decisions(seed, n, k):
    dice = Dice(seed)
    rows = []
    for _ in range(n):
        p, pi = chances(dice, k), chances(dice, k)
        u, action = dice.uniform(), 0
        while action < k - 1 and u >= p[action]:
            u -= p[action]
            action += 1
        reward = 1.0 if dice.uniform() < 0.1 + 0.15 * action else 0.0
        qhat = [int(1e6 * dice.uniform()) / 1e6 for _ in range(k)]
        rows.append((action, reward, p[action], pi, qhat))
    return rows


def evaluated(seed, n, k):
    rows = decisions(seed, n, k)
    action = np.array([r[0] for r in rows])
    reward = np.array([r[1] for r in rows])
    pscore = np.array([r[2] for r in rows])
    dist = np.array([r[3] for r in rows])[:, :, None]
    qhat = np.array([r[4] for r in rows])[:, :, None]
    common = dict(reward=reward, action=action, pscore=pscore, action_dist=dist, position=np.zeros(n, dtype=int))
    return {
        "seed": seed,
        "n": n,
        "actions": k,
        "ips": float(InverseProbabilityWeighting().estimate_policy_value(**common)),
        "snips": float(SelfNormalizedInverseProbabilityWeighting().estimate_policy_value(**common)),
        "dr": float(DoublyRobust().estimate_policy_value(**common, estimated_rewards_by_reg_model=qhat)),
    }


VALUES = [0, 50, 100, 300, 500, 1000]


def visits(seed, n):
    dice = Dice(seed)
    rows = []
    for _ in range(n):
        value = VALUES[int(dice.uniform() * len(VALUES))]
        km = int(dice.uniform() * 20_000) / 1_000
        lapsed = 1 if dice.uniform() < 0.4 else 0
        f = math.log1p(value / 100)
        z = -1.2 - 0.4 * math.log1p(km) + 0.3 * lapsed + f * (0.9 - 0.25 * math.log1p(km))
        rows.append((value, km, lapsed, 1 if dice.uniform() < 1 / (1 + math.exp(-z)) else 0))
    return rows


def fitted(seed, n, interact):
    rows = visits(seed, n)
    columns = []
    for value, km, lapsed, _ in rows:
        f = math.log1p(value / 100)
        columns.append([1.0, km, lapsed, f] + ([km * f] if interact else []))
    found = sm.Logit(np.array([r[3] for r in rows]), np.array(columns)).fit(disp=False, tol=1e-13, maxiter=200)
    names = ["intercept", "km", "lapsed", "value"] + (["value:km"] if interact else [])
    return {
        "seed": seed,
        "n": n,
        "interact": interact,
        "coefficients": [
            {"name": name, "estimate": float(e), "sd": float(s)} for name, e, s in zip(names, found.params, found.bse)
        ],
    }


CASES = {
    "ope": [evaluated(1, 10_000, 5), evaluated(2, 300, 2), evaluated(3, 2_000, 12)],
    "fit": [fitted(4, 5_000, False), fitted(5, 5_000, True), fitted(6, 400, True)],
}

path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(CASES, indent=1) + "\n")
