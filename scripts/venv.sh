#!/usr/bin/env bash
# venv.sh FOLDER REQUIREMENTS STAMP: a Python environment with the packages of REQUIREMENTS; STAMP marks it done.
set -euo pipefail
folder=$1 requirements=$2 stamp=$3
[ -x "$folder/bin/python" ] || python3 -m venv "$folder"
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check -r "$requirements"
touch "$stamp"
