"""Everything that touches the world: stores, models, hosts, the clock and the command line."""

import os

# Products as small as a question's are no faster on several threads of OpenBLAS than on one, and
# cost twice the CPU, which the encoder could use. numpy reads this when it is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
