"""Writes breakdown.json beside itself: what statsmodels' meta-analysis says of made-up estimates (DerSimonian and Laird's one step).

    python -m venv somewhere && somewhere/bin/pip install statsmodels==0.15.0
    somewhere/bin/python tests/oracles/breakdown.py
"""

import json
import pathlib

import numpy as np
from statsmodels.stats.meta_analysis import combine_effects


def case(values, variances):
    found = combine_effects(np.array(values), np.array(variances), method_re="chi2")
    frame = found.summary_frame()
    # Less than nothing is nothing, and then weights are those of a fixed effect.
    which, tau2 = ("random effect", found.tau2) if found.tau2 > 0 else ("fixed effect", 0.0)
    return {"values": values, "variances": variances, "common": [float(frame.loc[which, "eff"]), float(tau2)]}


def cells(k, centre, step, base):
    values = [round(centre + step * ((7 * i) % k - (k - 1) / 2), 6) for i in range(k)]
    return values, [round(base * (1 + (3 * i) % 5), 6) for i in range(k)]


CASES = {
    "they differ": case(*cells(12, 0.2, 0.05, 0.002)),
    "by no more than chance": case(*cells(9, 0.1, 0.005, 0.01)),
    "many": case(*cells(40, -0.05, 0.01, 0.004)),
    "one is far off": case([0.1] * 8 + [1.5], [0.01] * 8 + [0.2]),
}

path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(CASES, indent=1) + "\n")
