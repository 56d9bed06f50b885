#!/usr/bin/env bash
# `check --live` and `facts pull` for real, against a moto server on the loopback.
#
#   tests/live/end-to-end.sh
#
# Builds infralint with the feature `live` and without debug information (INFRALINT names a binary that has it), and
# installs moto (MOTO_PYTHON names a Python that has it). Without one of them it says what it could not run and ends with 3.
# Where terraform and a mirror of the AWS provider are (TF_PLUGIN_DIR), a VPC is applied by them; else that part is left out, and said.
set -euo pipefail
unset TF_CLI_CONFIG_FILE AWS_CA_BUNDLE AWS_PROFILE AWS_REGION AWS_DEFAULT_REGION AWS_SESSION_TOKEN

repository=$(cd "$(dirname "$0")/../.." && pwd)
skip() { echo "NOT RUN: $1, so no account was asked for real" >&2; exit 3; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python=${MOTO_PYTHON:-}
if [ -z "$python" ]; then
    { python3 -m venv "$work/venv" && "$work/venv/bin/pip" install -q 'moto[server]==5.2.5'; } >"$work/pip.log" 2>&1 ||
        skip "moto could not be installed"
    python=$work/venv/bin/python
fi
infralint=${INFRALINT:-}
if [ -z "$infralint" ]; then
    # aws-sdk-ec2 takes 8 GB to compile.
    free=$(awk '/MemAvailable/ { print int($2 / 1048576) }' /proc/meminfo 2>/dev/null || echo 99)
    [ "$free" -ge 10 ] || skip "there are less than 10 GB of memory to compile aws-sdk-ec2 in"
    target=$repository/target/live
    (cd "$repository" && CARGO_TARGET_DIR=$target CARGO_PROFILE_DEV_DEBUG=0 cargo build --quiet --features live)
    infralint=$target/debug/infralint
fi
"$python" "$repository/tests/live/scenarios.py" "$infralint" "$work"
