#!/usr/bin/env bash
# tools/gpu_check.sh: what it refuses; what it measures needs minutes, and a GPU.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/setup/check.sh
. "$here/tests/setup/check.sh"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

run "$here/tools/gpu_check.sh" --help
check "[gpu_check] says what its options are" ends_with 0
check "[gpu_check] names the rehearsal without a GPU" says '--quick --device cpu'

run "$here/tools/gpu_check.sh" --fast
check "[gpu_check] refuses an option that there is not" ends_with 2
check "[gpu_check] and names it" says '--fast'

run "$here/tools/gpu_check.sh" --device gpu --out "$scratch"
check "[gpu_check] refuses a device that there is not" ends_with 2

run "$here/tools/gpu_check.sh" --build "$scratch/none" --out "$scratch"
check "[gpu_check] says when there is no program to measure" ends_with 1
check "[gpu_check] and what to do" says 'leave --build out'

summarize
