"""``python -m sparkserving`` is the command ``sparkserving``."""

import sys

from sparkserving._command import main

sys.exit(main())
