#!/usr/bin/env bash
# The documents speak of things that are there.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$here"
# shellcheck source=tests/setup/check.sh
. "$here/tests/setup/check.sh"
shopt -s nullglob

# Paths in backticks, and where links lead.
# shellcheck disable=SC2016 # backticks of Markdown
named_paths() {
    grep -oE '`[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+/?`|\]\([^)#]+\)' "$1" | sed -E 's/^`(.*)`$/\1/; s/^\]\((.*)\)$/\1/' |
        sort -u
}

# Folders that the program makes, and links to elsewhere.
is_made_later() { [[ $1 =~ ^(build|artifacts|recordings|data|runs|\.deps|https?:)(/|$) ]]; }

missing_paths() { # document
    local path
    while read -r path; do
        is_made_later "$path" || [ -e "$path" ] || [ -e "$(dirname "$1")/$path" ] || echo "$path"
    done < <(named_paths "$1")
}

for document in README.md OVERVIEW.md CONTRIBUTING.md THIRD_PARTY.md docs/*.md; do
    check "[documents] $document is there" test -s "$document"
    run missing_paths "$document"
    check "[documents] what $document names is there" test -z "$output"
done

for folder in engine/*/ renderer/ world_model/*/ interop/ ui/ tools/ tests/ shaders/ assets/*/; do
    check "[documents] OVERVIEW.md speaks of $folder" grep -qF "${folder%/}" OVERVIEW.md
done

output=$(sed 's/#.*//' tools/setup/packages.txt | xargs -n1 | sort | uniq -d)
check "[packages] no package is named twice" test -z "$output"

summarize
