#!/usr/bin/env bash
# Measures what services answer when more is asked of them than their queries can do; README.md says how.
set -euo pipefail
cd "$(dirname "$0")"
exec python3 -m overload "$@"
