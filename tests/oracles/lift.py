"""Writes lift.json beside itself: what independent implementations say of made-up shoppers.

    python -m venv somewhere && somewhere/bin/pip install statsmodels==0.15.0 gbstats==0.8.0 "numpy<2" "scipy==1.17.1"
    somewhere/bin/python tests/oracles/lift.py

The same file byte for byte each time: the dice are a linear congruential generator written out here. Welch is statsmodels', relative lift, CUPED
and the confidence sequence are gbstats' (GrowthBook), the sample ratio is scipy's chi-square.
"""

import json
import math
import pathlib

import numpy as np
from gbstats.frequentist.tests import (
    FrequentistConfig,
    SequentialConfig,
    SequentialTwoSidedTTest,
    TwoSidedTTest,
)
from gbstats.models.statistics import RegressionAdjustedStatistic, SampleMeanStatistic, compute_theta
from scipy.stats import chisquare
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW


class Dice:
    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 11) / 2**53

    def poisson(self, mean):
        """By multiplication (Knuth)."""
        limit, n, product = math.exp(-mean), 0, self.uniform()
        while product > limit:
            n += 1
            product *= self.uniform()
        return n

    def shopper(self, mean, lift):
        """Visits before and after of somebody whose habit is exponentially distributed: overdispersed, and correlated."""
        habit = -mean * math.log(1 - self.uniform())
        return self.poisson(habit), self.poisson(habit * lift)


def arm(dice, n, mean, lift, varies):
    pairs = [dice.shopper(mean, lift) for _ in range(n)]
    x = np.array([p[0] if varies else 1 for p in pairs], dtype=float)
    y = np.array([p[1] for p in pairs], dtype=float)
    return y, x


def sums(y, x):
    return {k: int(v) for k, v in dict(n=len(y), y=y.sum(), yy=(y * y).sum(), x=x.sum(), xx=(x * x).sum(), xy=(x * y).sum()).items()}


def mean_of(y):
    return SampleMeanStatistic(n=len(y), sum=float(y.sum()), sum_squares=float((y * y).sum()))


def both(a, b, alpha):
    out = {}
    for name, kind in (("absolute", "absolute"), ("relative", "relative")):
        test = TwoSidedTTest(a, b, FrequentistConfig(alpha=alpha, difference_type=kind))
        low, high = test.confidence_interval
        out[name] = [float(test.point_estimate), float(low), float(high)]
    return out


def case(seed, n, mean, lift, alpha=0.05, tuning=5000, share=0.9, varies=True):
    dice = Dice(seed)
    yc, xc = arm(dice, n[0], mean, 1.0, varies)
    yt, xt = arm(dice, n[1], mean, lift, varies)
    welch = CompareMeans(DescrStatsW(yt), DescrStatsW(yc))
    low, high = welch.tconfint_diff(alpha=alpha, usevar="unequal")
    _, p, freedom = welch.ttest_ind(usevar="unequal")
    a, b = mean_of(yc), mean_of(yt)
    plain = both(a, b, alpha)
    sequence = SequentialConfig(alpha=alpha, difference_type="absolute", sequential_tuning_parameter=tuning)
    low_any, high_any = SequentialTwoSidedTTest(a, b, sequence).confidence_interval
    out = {
        "alpha": alpha,
        "tuning": tuning,
        "share": share,
        "control": sums(yc, xc),
        "treatment": sums(yt, xt),
        "welch": [float(yt.mean() - yc.mean()), float(low), float(high), float(p), float(freedom)],
        "relative": plain["relative"],
        "anytime": [float(low_any), float(high_any)],
        "srm": float(chisquare([n[0], n[1]], [(n[0] + n[1]) * (1 - share), (n[0] + n[1]) * share]).pvalue),
        "cuped": None,
    }
    if varies:
        ra = [
            RegressionAdjustedStatistic(
                n=len(y), post_statistic=mean_of(y), pre_statistic=mean_of(x), post_pre_sum_of_products=float((x * y).sum()), theta=0
            )
            for y, x in ((yc, xc), (yt, xt))
        ]
        theta = compute_theta(*ra)
        for one in ra:
            one.theta = theta
        low_any, high_any = SequentialTwoSidedTTest(ra[0], ra[1], sequence).confidence_interval
        out["cuped"] = {"theta": float(theta), **both(ra[0], ra[1], alpha), "anytime": [float(low_any), float(high_any)]}
    return out


CASES = {
    "small": case(1, (12, 15), 2.0, 1.0, share=0.5),
    "a tenth held out": case(2, (500, 4500), 2.5, 1.15),
    "fewer": case(3, (800, 7200), 3.0, 0.8),
    "rare": case(4, (300, 2700), 0.05, 1.2),
    "large": case(5, (20000, 20000), 1.5, 1.05, share=0.5),
    "at one percent": case(6, (1000, 4000), 2.0, 1.3, alpha=0.01, tuning=1000, share=0.8),
    "nothing known before": case(7, (400, 3600), 2.0, 1.1, varies=False),
    "shares are off": case(8, (900, 4100), 2.0, 1.0, share=0.8),
}

path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(CASES, indent=1) + "\n")
