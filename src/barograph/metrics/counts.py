"""The 95 % interval of how often something happens that happens by chance."""

from __future__ import annotations


def garwood(count: float) -> tuple[float, float]:
    """Garwood's exact interval of a Poisson mean of which `count` were seen.

    Notes
    -----
    Source: Garwood, Biometrika 28 (1936) 437.

    Examples
    --------
    >>> [round(end, 2) for end in garwood(3)], [round(end, 2) for end in garwood(0)]
    ([0.62, 8.77], [0.0, 3.69])
    """
    from scipy.special import gammaincinv

    low = float(gammaincinv(count, 0.025)) if count >= 1.0 else 0.0
    return low, float(gammaincinv(count + 1.0, 0.975))
