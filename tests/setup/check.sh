# shellcheck shell=bash
# Sourced by the shell tests: runs commands, checks what they said, counts as doctest does.

passed=0 failed=0 status=0 output=

run() { status=0; output=$("$@" 2>&1 </dev/null) || status=$?; }
says() { [[ $output == *"$1"* ]]; }
lacks() { [[ $output != *"$1"* ]]; }
ends_with() { [ "$status" -eq "$1" ]; }

check() { # promise, command...
    local promise=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $promise"
        echo "  status $status, output: $output"
    fi
}

summarize() {
    echo "[shell] test cases: $((passed + failed)) | $passed passed | $failed failed"
    [ "$failed" -eq 0 ]
}
