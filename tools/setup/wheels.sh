# shellcheck shell=bash disable=SC2154
# Sourced by reverie: downloads the pinned wheels of a list. Needs $root and $deps.

# Wheels for CPython 3.11, whatever Python is here: only what is in them besides Python is used.
download_wheels() { # list folder
    local python=/usr/bin/python3
    [ -x "$python" ] || python=$(command -v python3) ||
        { echo "error: python3 is missing; install python3-pip" >"$deps/pip.log" && return 1; }
    TMPDIR=$2 "$python" -m pip download --no-deps --require-hashes --no-cache-dir --progress-bar off \
        --disable-pip-version-check --only-binary=:all: --python-version 3.11 --implementation cp --abi cp311 \
        --platform manylinux_2_28_x86_64 --platform manylinux_2_27_x86_64 --platform manylinux_2_25_x86_64 \
        --platform manylinux_2_18_x86_64 --platform manylinux2014_x86_64 --platform manylinux2010_x86_64 \
        --platform manylinux1_x86_64 \
        --dest "$2" --requirement "$root/tools/setup/$1" >"$deps/pip.log" 2>&1 </dev/null
}

# One line that says why the last download failed.
download_error() { echo "$(grep -i error "$deps/pip.log" | head -n1 || true) (all of it in $deps/pip.log)"; }

# Puts the new folder in the place of an older one: each goes or comes whole.
replace_folder() { # new place
    rm -rf "$2.old"
    [ ! -e "$2" ] || mv "$2" "$2.old"
    mv "$1" "$2"
    rm -rf "$2.old"
}
