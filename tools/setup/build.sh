# shellcheck shell=bash disable=SC2154
# Sourced by reverie: configures and builds. Needs $root, $deps, say and fail. All its output goes to standard error:
# standard output belongs to the program.

build_dir() { echo "$root/build/$1"; }

program() { echo "$(build_dir release)/tools/reverie"; }

# A source file that includes LibTorch takes 1.5 GB to compile.
compile_jobs() {
    local memory_kb cores
    memory_kb=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)
    cores=$(nproc)
    local fitting=$((memory_kb / 1500000))
    echo $((fitting < 1 ? 1 : fitting < cores ? fitting : cores))
}

# A build folder that was copied or moved with its checkout, or that found another LibTorch, is worth nothing.
is_configured() { # folder
    [ -e "$1/build.ninja" ] && grep -qsxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$1/CMakeCache.txt" &&
        cmp -s "$deps/libtorch/.stamp" "$1/.libtorch"
}

configure() { # preset
    local dir options=(--fresh) log
    dir=$(build_dir "$1")
    log="$dir/configure.log"
    [ "$deps" = "$root/.deps" ] || options+=("-DLIBTORCH_ROOT=$deps/libtorch")
    mkdir -p "$dir"
    (cd "$root" && cmake --preset "$1" "${options[@]}") >"$log" 2>&1 </dev/null ||
        fail "cmake could not configure: $(grep -A2 '^CMake Error' "$log" | tr -s '[:space:]' ' ' || true) (all of it in $log)"
    cp "$deps/libtorch/.stamp" "$dir/.libtorch"
}

# Asking ninja takes longer than asking whether any source, or any folder of sources, is newer than the last build.
is_built() { # preset target
    local stamp
    stamp="$(build_dir "$1")/.built-$2"
    [ -e "$stamp" ] && is_configured "$(build_dir "$1")" || return 1
    [ -z "$(cd "$root" && find CMakeLists.txt CMakePresets.json cmake engine renderer world_model interop ui shaders tools \
        tests "$deps/libtorch/.stamp" -newer "$stamp" -print -quit 2>/dev/null)" ]
}

build() { # preset target
    local dir nvcc="$deps/libtorch/nvidia/cu13/bin/nvcc"
    dir=$(build_dir "$1")
    ! is_built "$@" || return 0
    # The CUDA compiler that fits LibTorch, even where another one is installed.
    if [ -x "$nvcc" ]; then export CUDACXX="${CUDACXX:-$nvcc}"; fi
    if ! is_configured "$dir"; then
        say "configuring"
        configure "$1"
    fi
    touch "$dir/.building"
    ninja -C "$dir" -j "${REVERIE_JOBS:-$(compile_jobs)}" "$2" >&2 </dev/null ||
        fail "the build failed; the first error stands above"
    mv "$dir/.building" "$dir/.built-$2"
}

# For the dev and tsan presets: what is not ours is left out.
sanitizer_options() { # folder of the suppressions
    export ASAN_OPTIONS="detect_leaks=1:${ASAN_OPTIONS:-}"
    export LSAN_OPTIONS="suppressions=$1/leaks.supp:print_suppressions=0:${LSAN_OPTIONS:-}"
    export TSAN_OPTIONS="suppressions=$1/races.supp:ignore_noninstrumented_modules=1:${TSAN_OPTIONS:-}"
    export UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1:${UBSAN_OPTIONS:-}"
}
