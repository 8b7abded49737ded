usage() {
    cat <<'END'
Usage: sh import.sh [OPTION]...

  --namespace NAME        where the machine goes (kubectl's current one)
  --storage-class NAME    what its volumes are made of (the cluster's usual one)
  --uploadproxy-url URL   where the cluster takes uploads, if virtctl does not find it
  --insecure              takes any certificate of the upload proxy
  --dry-run               checks the disks and shows what would be run
  --skip-hash-check       takes the disks as they are
  --help                  shows this
END
}

fail() {
    printf 'import.sh: %s\n' "$1" >&2
    exit 1
}

namespace=
storage_class=
proxy=
insecure=
dry_run=
check_hashes=yes
while [ $# -gt 0 ]; do
    case $1 in
    --namespace | --storage-class | --uploadproxy-url)
        [ $# -gt 1 ] || fail "$1 needs a value; see --help"
        case $1 in
        --namespace) namespace=$2 ;;
        --storage-class) storage_class=$2 ;;
        --uploadproxy-url) proxy=$2 ;;
        esac
        shift 2
        ;;
    --insecure)
        insecure=yes
        shift
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
folder=$(cd "$(dirname -- "$0")" && pwd -P)

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

# What lies in a volume of this name may be somebody's.
require_new() {
    [ -z "$dry_run" ] || return 0
    if kubectl get "$1" "$2" ${namespace:+"--namespace=$namespace"} >/dev/null 2>&1; then
        fail "there is a $1 called $2 already; remove it, or choose another --namespace"
    fi
}

uploaded=
upload() {
    require_new persistentvolumeclaim "$1"
    uploaded="$uploaded $1"
    run virtctl image-upload dv "$1" "--size=$2" "--image-path=$folder/$3" --force-bind \
        ${namespace:+"--namespace=$namespace"} ${storage_class:+"--storage-class=$storage_class"} \
        ${proxy:+"--uploadproxy-url=$proxy"} ${insecure:+--insecure}
}

remove_half_made() {
    status=$?
    trap - EXIT
    if [ "$status" -ne 0 ] && [ -z "$dry_run" ]; then
        for volume in $uploaded; do
            printf 'import.sh: a step failed; the DataVolume %s is removed again\n' "$volume" >&2
            kubectl delete datavolume "$volume" --ignore-not-found ${namespace:+"--namespace=$namespace"} || true
        done
    fi
    exit "$status"
}

check_disks
require_new virtualmachine "$name"
trap remove_half_made EXIT
trap 'exit 1' HUP INT TERM
upload_disks
run kubectl create "--filename=$folder/$definition" ${namespace:+"--namespace=$namespace"}
trap - EXIT
if [ -z "$dry_run" ]; then
    printf 'The machine %s is there; start it with: virtctl start %s%s\n' "$name" "$name" "${namespace:+ --namespace=$namespace}"
fi
