#!/usr/bin/env bash
# A session of a real client with `infralint lsp`: run.sh [INFRALINT]; by default the release build is made and taken.
# Ends with 3 where the client (pygls, from PyPI) cannot be installed.
set -euo pipefail
cd "$(dirname "$0")/../.."

infralint=${1:-}
if [ -z "$infralint" ]; then
    cargo build --release
    infralint=${CARGO_TARGET_DIR:-target}/release/infralint
fi
venv=${CARGO_TARGET_DIR:-target}/lsp-client
if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import pygls' 2>/dev/null; then
    python3 -m venv "$venv" && "$venv/bin/pip" install --quiet pygls==2.1.1 lsprotocol==2025.0.0 || exit 3
fi
"$venv/bin/python" tests/lsp/client.py "$infralint"
