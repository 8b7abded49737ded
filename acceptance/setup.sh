# shellcheck shell=bash disable=SC2034
# Sourced by every script here: where things are kept, and how to say what is missing.

acceptance=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bothways_work=$(realpath -m "${BOTHWAYS_WORK:-${TMPDIR:-/tmp}/bothways-acceptance}")

# Ubuntu and Debian keep sfdisk, mkfs.ext4 and losetup where a plain user's PATH does not look.
PATH=$PATH:/usr/sbin:/sbin

say() { echo "$*" >&2; }

fail() {
    echo "${0##*/}: $*" >&2
    exit 1
}

# need PROGRAM PACKAGE [PROGRAM PACKAGE]...: all are there, or one line that says what to install.
need() {
    local missing=()
    while [ $# -gt 1 ]; do
        command -v "$1" >/dev/null || missing+=("$2")
        shift 2
    done
    [ ${#missing[@]} -eq 0 ] || fail "missing programs: apt-get install ${missing[*]}"
}
