"""What the procedures of hewer promise, and what was measured of it: ``python -m benchmarks.proof``.

Each row of ``docs/proof.md`` is a :class:`benchmarks.proof.claim.Claim`: data of which the truth is known, a
procedure, hewer's or another library's, and what it promises. `single.py` and `further.py` have those that
estimate one number, `several.py` those that compare, `best.py` those that select, `whole.py` those that run
models; `decisions.py` what decisions cost; `page.py` writes the page.
"""

import os

# Before NumPy is loaded: idle threads of its linear algebra would count as processor time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
