usage() {
    cat <<'END'
Usage: sh import.sh [OPTION]...

  --vmid NUMBER      the machine's number (the next free one)
  --storage NAME     where its volumes go (local-lvm)
  --bridge NAME      the bridge of all its network cards (each the one it had, if there is one of that name; else vmbr0)
  --name NAME        what it is called
  --dry-run          checks the disks and shows what would be run
  --skip-hash-check  takes the disks as they are
  --help             shows this

VMID, STORAGE and BRIDGE may also be set in the environment.
END
}

fail() {
    printf 'import.sh: %s\n' "$1" >&2
    exit 1
}

vmid=${VMID:-}
storage=${STORAGE:-local-lvm}
bridge=${BRIDGE:-}
dry_run=
check_hashes=yes
while [ $# -gt 0 ]; do
    case $1 in
    --vmid | --storage | --bridge | --name)
        [ $# -gt 1 ] || fail "$1 needs a value; see --help"
        case $1 in
        --vmid) vmid=$2 ;;
        --storage) storage=$2 ;;
        --bridge) bridge=$2 ;;
        --name) name=$2 ;;
        esac
        shift 2
        ;;
    --dry-run)
        dry_run=yes
        shift
        ;;
    --skip-hash-check)
        check_hashes=
        shift
        ;;
    --help | -h)
        usage
        exit 0
        ;;
    *) fail "there is no option $1; see --help" ;;
    esac
done

# What follows is put into options of qm that commas part.
for word in "$storage" "$bridge"; do
    case $word in
    *[!A-Za-z0-9._-]*) fail "'$word' is no name of a storage or bridge" ;;
    esac
done
case $vmid in
*[!0-9]*) fail "'$vmid' is no number of a machine" ;;
esac
folder=$(cd "$(dirname -- "$0")" && pwd -P)
case $folder in
*,*) fail "the folder's name has a comma, which qm takes for the end of a path: $folder" ;;
esac

# Shows a command so that it could be typed.
show() {
    line=
    for word in "$@"; do
        case $word in
        '' | *[!A-Za-z0-9_./:=,@+-]*) word="'$(printf '%s' "$word" | sed "s/'/'\\\\''/g")'" ;;
        esac
        line="$line${line:+ }$word"
    done
    printf '%s\n' "$line"
}

run() {
    if [ -n "$dry_run" ]; then
        show "$@"
    else
        "$@"
    fi
}

check_disk() {
    [ -f "$folder/$1" ] || fail "the disk $folder/$1 is not there"
    [ -n "$check_hashes" ] || return 0
    printf 'Checking %s\n' "$1" >&2
    found=$(sha256sum -- "$folder/$1")
    found=${found#\\}
    found=${found%% *}
    [ "$found" = "$2" ] || fail "the disk $folder/$1 is not what was converted: its SHA-256 is $found and should be $2; carry it over again"
}

# A machine without network cards does not ask for it.
# shellcheck disable=SC2034
choose_bridge() {
    chosen=${bridge:-vmbr0}
    if [ -z "$bridge" ] && [ -n "$1" ] && [ -d "/sys/class/net/$1" ]; then
        chosen=$1
    fi
}

add_disk() {
    run qm set "$vmid" "--$1" "$storage:0,import-from=$folder/$2$3"
}

add_volume() {
    run qm set "$vmid" "--$1" "$storage:1,$2"
}

check_disks
if [ -z "$vmid" ]; then
    if [ -n "$dry_run" ] && ! command -v pvesh >/dev/null; then
        vmid=100
    else
        vmid=$(pvesh get /cluster/nextid)
    fi
fi

remove_half_made() {
    status=$?
    trap - EXIT
    if [ "$status" -ne 0 ]; then
        printf 'import.sh: a step failed; the machine %s is removed again\n' "$vmid" >&2
        run qm destroy "$vmid" --purge 1 || true
    fi
    exit "$status"
}

create_machine
trap remove_half_made EXIT
trap 'exit 1' HUP INT TERM
add_volumes
trap - EXIT
if [ -z "$dry_run" ]; then
    printf 'The machine %s (%s) is there; start it with: qm start %s\n' "$vmid" "$name" "$vmid"
fi
