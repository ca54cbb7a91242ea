# shellcheck shell=bash disable=SC2154
# Sourced by reverie: installs the Debian packages of packages.txt. Needs $root, say and fail.

wanted_packages() { sed 's/#.*//' "$root/tools/setup/packages.txt" | xargs -n1; }

# The wanted packages that are not installed, one a line.
missing_packages() {
    local installed
    # shellcheck disable=SC2016 # dpkg-query's own variables
    # A package in error state or removed with its configuration kept is not "ii".
    installed=$(wanted_packages | xargs dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' 2>/dev/null |
        awk '$1 == "ii" { print $2 }' | sort -u) || true
    comm -23 <(wanted_packages | sort -u) <(printf '%s\n' "$installed")
}

install_packages() {
    local missing log="$deps/apt.log"
    if ! command -v dpkg-query >/dev/null; then
        [ -e "$deps/.not-debian" ] || say "this is no Debian: install what tools/setup/packages.txt names yourself"
        mkdir -p "$deps" && : >"$deps/.not-debian"
        return
    fi
    missing=$(missing_packages | xargs)
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        fail "these packages are missing; install them with: sudo apt-get install --no-install-recommends $missing"
    fi
    say "installing $(wc -w <<<"$missing") Debian packages"
    mkdir -p "$deps"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086 # a list of words
    if ! { apt-get -o Acquire::Retries=3 update &&
        apt-get -o Acquire::Retries=3 install -y --no-install-recommends $missing; } >"$log" 2>&1 </dev/null; then
        fail "apt-get could not install $missing: $(grep '^E:' "$log" | head -n1 || true) (all of it in $log)"
    fi
}
