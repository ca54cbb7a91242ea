# shellcheck shell=bash disable=SC2154
# Sourced by reverie: unpacks LibTorch out of its pinned wheels under $deps/libtorch. Needs $root, $deps, say, fail
# and what is in wheels.sh.

# cuda or cpu; REVERIE_GPU=1 or 0 decides otherwise.
libtorch_kind() {
    case ${REVERIE_GPU:-} in
        1) echo cuda ;;
        0) echo cpu ;;
        *) if [ -e /dev/nvidia0 ] || nvidia-smi -L >/dev/null 2>&1; then echo cuda; else echo cpu; fi ;;
    esac
}

libtorch_stamp() { echo "$1 $(cat "$root"/tools/setup/libtorch-{cpu,cuda}.txt | sha256sum | cut -d' ' -f1)"; }

libtorch_is_there() { [ "$(cat "$deps/libtorch/.stamp" 2>/dev/null)" = "$(libtorch_stamp "$1")" ]; }

# A machine needs no more of a wheel than this. (torch/include/fmt is left out below: LibTorch's own copy of fmt would shadow the system's, which
# spdlog was built with.)
wanted_files() { # kind wheel
    case $1/$(basename "$2") in
        cpu/torch-*) echo 'torch/include/* torch/lib/libc10.so torch/lib/libgomp.so.1 torch/lib/libtorch_cpu.so' ;;
        cuda/torch-*) echo 'torch/include/* torch/lib/*.so*' ;;
        cpu/*) echo '*/libcudart.so.13 */libcupti.so.13' ;;
        cuda/*) echo 'nvidia/*' ;;
    esac
}

install_libtorch() {
    local kind work wheel patterns log="$deps/unzip.log"
    kind=$(libtorch_kind)
    libtorch_is_there "$kind" && return 0
    [ "$(uname -m)" = x86_64 ] || fail "LibTorch is pinned for x86-64 processors, and this one is $(uname -m)"
    rm -rf "$deps"/unpacking.* # of a start that was interrupted
    local need_mb=2500
    [ "$kind" = cpu ] || need_mb=12000
    if [ "$(df -m --output=avail "$deps" | tail -n1)" -lt "$need_mb" ]; then
        fail "LibTorch needs $need_mb MB free under $deps while it is unpacked; make room and try again"
    fi
    say "fetching LibTorch 2.11.0 ($(if [ "$kind" = cpu ]; then echo 0.5; else echo 2.5; fi) GB, once)"
    work=$(mktemp -d "$deps/unpacking.XXXXXX")
    if ! download_wheels "libtorch-$kind.txt" "$work"; then
        rm -rf "$work"
        fail "LibTorch could not be fetched; check the network and start again: $(download_error)"
    fi
    say "unpacking LibTorch"
    for wheel in "$work"/*.whl; do
        read -ra patterns <<<"$(wanted_files "$kind" "$wheel")"
        unzip -q -o "$wheel" "${patterns[@]}" -x 'torch/include/fmt/*' -d "$work/libtorch" >"$log" 2>&1 || true
        # One pattern of several that matches nothing is no error; a damaged or cut archive is.
        ! grep -qE 'error|cannot|write' "$log" || fail "$(basename "$wheel") could not be unpacked: $(head -n1 "$log")"
        rm -f "$wheel"
    done
    [ -s "$work/libtorch/torch/lib/libtorch_cpu.so" ] || fail "no libtorch_cpu.so in the torch wheel"
    if [ "$kind" = cuda ]; then # nvcc and CMake look for these names
        ln -s lib "$work/libtorch/nvidia/cu13/lib64"
        ln -s libcudart.so.13 "$work/libtorch/nvidia/cu13/lib/libcudart.so"
    fi
    libtorch_stamp "$kind" >"$work/libtorch/.stamp"
    replace_folder "$work/libtorch" "$deps/libtorch"
    rm -rf "$work"
}
