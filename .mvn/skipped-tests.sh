# shellcheck shell=sh disable=SC2154
# Sourced by mvnw: runs Maven, and says in the last lines which tests were skipped, and why. Each module's tests write that down.

run_maven() {
    set +f # mvnw sets it, where it downloads Maven
    rm -f "$project"/*/target/skipped-tests.txt
    maven_status=0
    "$@" || maven_status=$?
    skipped=$(cat "$project"/*/target/skipped-tests.txt 2>/dev/null | sort | uniq -c | sort -rn)
    if [ -n "$skipped" ]; then
        echo "Skipped tests, and why (a whole class counts once):"
        printf '%s\n' "$skipped"
    fi
    exit "$maven_status"
}
