#!/usr/bin/env bash
# Runs what only a machine with an NVIDIA GPU can show (it needs no display), and writes one report: report.json, and
# beside it what every step printed.
#
#   tools/gpu_check.sh                      builds what is missing, then tests and benchmarks on the GPU
#   tools/gpu_check.sh --quick              the same in a few minutes: smaller and shorter
#   tools/gpu_check.sh --quick --device cpu a rehearsal on a machine without a GPU
#   --build DIR   a build folder that is there already     --out DIR   where the report goes (artifacts/gpu)
set -uo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
out=$root/artifacts/gpu build='' device=cuda quick=''
while [ $# -gt 0 ]; do
    case $1 in
        --quick) quick=1 ;;
        --device | --build | --out)
            [ $# -gt 1 ] || { echo "gpu_check: $1 needs a value" >&2; exit 2; }
            case $1 in
                --device) device=$2 ;;
                --build) build=$(readlink -m "$2") ;;
                --out) out=$(readlink -m "$2") ;;
            esac
            shift
            ;;
        -h | --help) sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
        *) echo "gpu_check: there is no option $1; --help lists them" >&2; exit 2 ;;
    esac
    shift
done
case $device in cpu | cuda) ;; *) echo "gpu_check: --device is cuda or cpu, not $device" >&2; exit 2 ;; esac
cd "$root" || exit 2
mkdir -p "$out" || exit 2

if [ -z "$build" ]; then
    build=$root/build/release
    ./reverie help >/dev/null && ./reverie doctor >"$out/doctor.txt" || exit 1 # sets up and builds the program
    if [ "$device" = cuda ]; then ninja -C "$build" reverie_tests_gpu >&2 || exit 1; fi
fi
reverie=$build/tools/reverie
[ -x "$reverie" ] || { echo "gpu_check: $reverie is not there; leave --build out to have it built" >&2; exit 1; }

rounds=200 seconds=20 frames=10000 steps=50 batch=256
world_size=() # of make-random-world: its usual 500 million parameters
if [ -n "$quick" ]; then
    rounds=20 seconds=5 frames=400 steps=5 batch=32
    [ "$device" = cuda ] || world_size=(--width 128 --height 64 --dim 64 --depth 4 --heads 2 --patch 1 --window 8 --steps 3)
fi

entries=() failed=0
# A step that fails, or takes longer than its limit, is told in the report and does not keep the others from running.
step() { # name limit_s command...
    local name=$1 limit=$2 status=0 begin=$SECONDS result=null
    shift 2
    printf 'gpu_check: %s\n' "$name" >&2
    timeout -s KILL "$limit" "$@" >"$out/$name.out" 2>"$out/$name.err" </dev/null || status=$?
    [ $status -eq 0 ] || { failed=1; tail -n 3 "$out/$name.err" >&2; }
    [ "$(head -c 1 "$out/$name.out")" != '{' ] || result=$(cat "$out/$name.out")
    entries+=("{\"name\": \"$name\", \"status\": $status, \"seconds\": $((SECONDS - begin)), \"result\": $result}")
}

card=$(nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2>/dev/null | head -n 1)
random=$out/random_world
[ -d "$random" ] || step make_random_world 600 "$reverie" make-random-world --out "$random" "${world_size[@]}"
[ "$device" = cpu ] || step tests 600 "$build/tests/gpu/reverie_tests_gpu"
step interop 300 "$reverie" bench interop --json
step device_village 300 "$reverie" bench device --device "$device" --world village --rounds "$rounds" --json
step device_random 600 "$reverie" bench device --device "$device" --world "$random" --rounds "$rounds" --json
step play_village 300 "$reverie" bench play --headless --device "$device" --world village --seconds "$seconds" --json
step play_random 300 "$reverie" bench play --headless --device "$device" --world "$random" --seconds "$seconds" --json
step growth 900 "$reverie" bench growth --device "$device" --world village --frames "$frames" --json
step training_village 300 "$reverie" bench training --device "$device" --world village --batch "$batch" --rounds "$steps" --json
step training_random 600 "$reverie" bench training --device "$device" --world "$random" --batch 32 --rounds "$steps" --json

{
    printf '{\n"card": "%s",\n"device": "%s",\n"quick": %s,\n"steps": [\n' "$card" "$device" "$([ -n "$quick" ] && echo true || echo false)"
    for i in "${!entries[@]}"; do
        printf '%s%s\n' "${entries[$i]}" "$([ "$i" -eq $((${#entries[@]} - 1)) ] || echo ,)"
    done
    printf ']\n}\n'
} >"$out/report.json"
printf 'gpu_check: %s\n' "$out/report.json" >&2
exit $failed
