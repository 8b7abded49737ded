# shellcheck shell=bash
# Sourced by the boot scripts: waiting for a guest on its console's log, and judging what it reported there.
# They set: console_log, emulator (its process), started and deadline (by the clock of SECONDS).
# shellcheck disable=SC2034,SC2154

# begin: makes the folder $scratch, which goes when the script ends, and with it the emulator.
begin() {
    mkdir -p "$bothways_work/logs"
    scratch=$(mktemp -d "$bothways_work/boot.XXXXXX")
    emulator=
    trap '[ -z "$emulator" ] || kill "$emulator" 2>/dev/null || true; rm -rf "$scratch"' EXIT
}

# seen PATTERN: the console's log has it before the deadline, and before the emulator ends.
seen() {
    local left=$((deadline - SECONDS))
    [ $left -gt 0 ] || return 1
    timeout "$left" grep -q -m 1 -a -e "$1" < <(exec tail -f -n +1 --pid="$emulator" "$console_log" 2>/dev/null)
}

# judge: waits for the login prompt and the report, prints both, and the verdict. True for a guest that is all well.
judge() {
    local login report faults=()
    if seen ' login: '; then
        login=$((SECONDS - started))
        echo "login=$login s"
    else
        faults+=("no login prompt within $((SECONDS - started)) s")
    fi
    if [ -n "${login:-}" ] && seen 'bothways: report=end'; then
        report=$(tr -d '\r' <"$console_log" | sed -n 's/^.*bothways: \([a-z-]*=.*\)/\1/p' | grep -v '^report=')
        echo "$report"
        value() { sed -n "s/^$1=//p" <<<"$report" | head -1; }
        [ -z "$(value failed)" ] || faults+=("failed units: $(value failed)")
        [ "$(value state)" = running ] || faults+=("the system is $(value state)")
        [ "$(value fstab)" = whole ] || faults+=("fstab not mounted: $(value fstab)")
        [ "$(value gateway)" = reached ] || faults+=("the gateway does not answer")
    elif [ -n "${login:-}" ]; then
        faults+=("no report within $((SECONDS - started)) s")
    fi
    echo "log=$console_log"
    if [ ${#faults[@]} -eq 0 ]; then
        echo "verdict=booted, all well"
    else
        printf 'fault=%s\n' "${faults[@]}"
        echo "verdict=failed"
        return 1
    fi
}
