# Reads CTest's LastTest.log and prints "N passed, N failed". A test that prints doctest's summary counts with its
# cases, another one as one test; one that crashed, ran too long or leaked counts as at least one failure. Exit status 1
# when something failed or nothing ran.

function close_test() {
    if (!open) return
    if (result == "skipped") cases_passed = cases_failed = 0
    else if (result == "passed" && !summary) cases_passed = 1
    else if (result == "failed" && !cases_failed) cases_failed = 1
    passed += cases_passed
    failed += cases_failed
    open = 0
}

/^[0-9]+\/[0-9]+ Test(ing)?: / {
    close_test()
    open = 1
    summary = cases_passed = cases_failed = 0
    result = "failed"
}

# The last summary counts where a test runs several executables.
/test cases: +[0-9]+ \| +[0-9]+ passed \| +[0-9]+ failed/ {
    summary = 1
    match($0, /[0-9]+ passed/); cases_passed += substr($0, RSTART, RLENGTH) + 0
    match($0, /[0-9]+ failed/); cases_failed += substr($0, RSTART, RLENGTH) + 0
}

/^Test Passed\.$/ { result = "passed" }
/^Test Skipped\.$/ || /^Test Not Run\.$/ && 0 { result = "skipped" }

END {
    close_test()
    printf "%d passed, %d failed\n", passed, failed
    exit(failed > 0 || passed == 0)
}
