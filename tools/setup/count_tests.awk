# Reads CTest's JUnit report and prints "N passed, N failed". A test that prints doctest's summary counts with its
# cases, another one as one test; one that crashed, ran too long, leaked or could not be started counts as at least one
# failure; one that was skipped does not count. Exit status 1 when something failed or nothing ran.

function status_of(line) {
    return match(line, / status="[a-z]+"/) ? substr(line, RSTART + 9, RLENGTH - 10) : ""
}

/<testcase / {
    status = status_of($0)
    summary = cases_passed = cases_failed = 0
}

/<skipped message="Unable to find executable"/ { status = "fail" }

/test cases: +[0-9]+ \| +[0-9]+ passed \| +[0-9]+ failed/ {
    summary = 1
    match($0, /[0-9]+ passed/); cases_passed += substr($0, RSTART, RLENGTH) + 0
    match($0, /[0-9]+ failed/); cases_failed += substr($0, RSTART, RLENGTH) + 0
}

/<\/testcase>/ {
    if (status == "run" && !summary) cases_passed = 1
    if (status == "fail" && !cases_failed) cases_failed = 1
    if (status == "run" || status == "fail") {
        passed += cases_passed
        failed += cases_failed
    }
}

END {
    printf "%d passed, %d failed\n", passed, failed
    exit(failed > 0 || passed == 0)
}
