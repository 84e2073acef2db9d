#!/usr/bin/env bash
# Installs the system packages the build needs, where they are missing (Debian and its relatives).
set -euo pipefail

missing=()
command -v protoc >/dev/null || missing+=(protobuf-compiler)
command -v cc >/dev/null || missing+=(build-essential)
python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv)
[ ${#missing[@]} -eq 0 ] && exit 0

command -v apt-get >/dev/null || {
  echo "Please install: ${missing[*]} (with your system's package tool)" >&2
  exit 1
}
sudo=""
if [ "$(id -u)" -ne 0 ]; then
  echo "Installing ${missing[*]} needs administrator rights."
  sudo="sudo"
fi
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq "${missing[@]}" >/dev/null
