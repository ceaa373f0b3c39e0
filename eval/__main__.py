"""``python -m eval``."""

import sys

from eval.commands import main
from eval.process import take_sigterm_as_ctrl_c

if __name__ == "__main__":
    take_sigterm_as_ctrl_c()
    sys.exit(main())
