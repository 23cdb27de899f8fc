#!/usr/bin/env bash
# Breaks services in every way that the list has, in random order, and checks every answer; README.md says how.
set -euo pipefail
cd "$(dirname "$0")"
exec python3 -m chaos "$@"
