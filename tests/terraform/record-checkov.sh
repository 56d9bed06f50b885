#!/bin/sh
# Records what checkov says of the cases of tests/verdicts/ that fail here: which of its checks about the same property fail.
#
#   tests/terraform/record-checkov.sh      writes tests/terraform/checkov.tsv
#
# Needs checkov (CHECKOV; pip install checkov) and python3. All cases are scanned by one run, offline.
set -eu

repository=$(cd "$(dirname "$0")/../.." && pwd -P)
checkov=${CHECKOV:-checkov}
die() { echo "record-checkov: $1" >&2; exit 2; }
command -v "$checkov" >/dev/null 2>&1 || die "$checkov not found; name one in CHECKOV"
command -v python3 >/dev/null 2>&1 || die "python3 not found"

CHECKOV=$checkov exec python3 "$repository/tests/terraform/checkov_says.py" "$repository"
