"""Makes the modules of the folder above importable: `frames` and `results` are shared with the other benchmarks."""

import sys
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parents[1]
if str(BENCHMARKS) not in sys.path:
    sys.path.append(str(BENCHMARKS))
