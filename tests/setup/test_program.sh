#!/usr/bin/env bash
# What the built program promises before any command does its work. Usage: test_program.sh PROGRAM
set -euo pipefail

program=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/setup/check.sh
. "$here/tests/setup/check.sh"
unset DISPLAY WAYLAND_DISPLAY

run "$program" --version
check "[program] says its version" ends_with 0
commands=(play replay script film collect import-recordings train bundle eval bench doctor manual)
run "$program" --help
for command in "${commands[@]}"; do
    check "[program] lists $command" says "  $command "
done
for command in "${commands[@]}"; do
    run "$program" "$command" --help
    check "[program] explains $command" ends_with 0
done
run "$program" fly
check "[program] refuses a command that it does not know" test "$status" -ne 0
check "[program] and names it" says fly
run "$program"
check "[program] wants a command" test "$status" -ne 0

for video in walk.avi walk pictures.png; do
    run "$program" play --headless --record "$video"
    check "[play] refuses to record into $video" test "$status" -ne 0
    check "[play] and says how videos are named" says "%05d.png"
done
run "$program" play --headless --record walk.mp4 --record-interface
check "[play] has no interface to record without a window" says "--record-interface"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
run "$program" manual --out "$folder/reverie.1"
check "[manual] is written" ends_with 0
output=$(<"$folder/reverie.1")
for command in "${commands[@]}" "train tokenizer" "bench play"; do
    check "[manual] has $command" says ".SS \\fBreverie ${command//-/\\-}\\fR"
done
check "[manual] has options" says '\fB\-\-record\-scale\fR'
check "[manual] has examples" says 'reverie play \-\-headless'
if command -v man > /dev/null; then
    run env LC_ALL=C MANWIDTH=100 man --warnings -l "$folder/reverie.1"
    check "[manual] is what man reads" ends_with 0
    check "[manual] without a warning" lacks warning
    check "[manual] and shows what it says" says "reverie play --headless"
fi

run "$program" doctor
for section in Processor Memory Vulkan CUDA LibTorch "Frame sharing" Video Display Prompts Worlds; do
    check "[doctor] reports on $section" says "$section"
done
check "[doctor] finds a Vulkan device to draw on" says "Suitable             yes"
check "[doctor] says how frames are shared" says "Model on processor   imported host memory"
check "[doctor] says that there is no display, and the remedy" says "--headless"
check "[doctor] succeeds when nothing that is needed is missing" ends_with 0
run bash -c '"$1" doctor --json 2>/dev/null | /usr/bin/python3 -c "
import json, sys
report = json.load(sys.stdin)
print(report[\"libtorch\"][\"version\"], report[\"frame_sharing\"][\"path\"], len(report[\"missing\"]))"' - "$program"
check "[doctor] prints one JSON object" ends_with 0
check "[doctor] has the LibTorch that is pinned" \
    says "$(sed -n 's/^torch==\([0-9.]*\).*/\1/p' "$here/tools/setup/libtorch-cpu.txt")"

for measure in play growth kernels; do
    run "$program" bench "$measure" --help
    check "[bench] explains $measure" ends_with 0
    check "[bench] $measure prints JSON" says --json
done
run "$program" bench growth --frames 30 --early 20
check "[bench growth] refuses frames that do not lie apart" test "$status" -ne 0
check "[bench growth] and says which would" says "--early up to 15"

run env REVERIE_ASSETS=/nonexistent VK_ICD_FILENAMES=/nonexistent "$program" doctor
check "[doctor] fails without a Vulkan device" ends_with 1
check "[doctor] names the package with the driver" says mesa-vulkan-drivers

summarize
