#!/usr/bin/env bash
# Damages disk images as a fuzzer (Jazzer) chooses that follows which branches of the code each damage reaches.
set -euo pipefail

usage() {
    cat <<'END'
usage: testing/fuzz.sh [--seconds N] [IMAGE...]
  --seconds N  for each image (60)
  IMAGE        a sound image, which is copied; without any, small ones of all kinds that bothways and qemu-img write
A find ends it with exit code 1; it leaves the input (crash-...) in the working folder, for a test of its own.
END
}

here=$(cd "$(dirname "$0")/.." && pwd -P)
seconds=60
while [ $# -gt 0 ]; do
    case $1 in
        --seconds) seconds=$2; shift 2 ;;
        --help) usage; exit 0 ;;
        -*) usage >&2; exit 2 ;;
        *) break ;;
    esac
done

work=$(mktemp -d "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")/bothways-fuzz.XXXXXX")
trap 'rm -rf "$work"' EXIT
jazzer=0.30.0
# shellcheck source=../.mvn/jdk.sh
. "$here/.mvn/jdk.sh"
find_jdk || { echo "no JDK 25 found; set JAVA_HOME to one" >&2; exit 2; }
maven() { (cd "$here" && ./mvnw -q -B "$@" </dev/null); }
maven -Dspotless.check.skip=true -pl disk -am -Dmdep.outputFile="$work/classpath" -Dmdep.includeScope=test test-compile dependency:build-classpath
for part in jazzer jazzer-api; do
    maven -N dependency:get -Dartifact="com.code-intelligence:$part:$jazzer"
    maven -N dependency:copy -Dartifact="com.code-intelligence:$part:$jazzer" -DoutputDirectory="$work"
done

# samples: a disk of 1 MiB with data and holes, in every kind
samples() {
    local kind
    truncate -s 1M "$work/disk.raw"
    seq 35000 | dd of="$work/disk.raw" bs=64K seek=3 conv=notrunc status=none
    make() { "$here/bothways" disk convert --progress=none "${@:2}" "$work/disk.raw" "$work/$1"; }
    make dynamic.vhd --block-size 512K
    make fixed.vhd --fixed
    make dynamic.vhdx --block-size 1M
    make plain.qcow2
    make zlib.qcow2 --compress
    make zstd.qcow2 --compress -o compression_type=zstd
    make extended.qcow2 -o extended_l2=on
    make dynamic.vdi
    make sparse.vmdk
    make stream.vmdk --compress
    if command -v qemu-img >/dev/null; then
        for kind in qcow qed parallels; do
            qemu-img convert -f raw -O $kind "$work/disk.raw" "$work/other.$kind"
        done
    fi
    rm "$work/disk.raw"
}
if [ $# = 0 ]; then
    samples
    shopt -s nullglob
    set -- "$work"/*.{vhd,vhdx,qcow2,vdi,vmdk} "$work"/other.*
fi
for image in "$@"; do
    echo "== ${image##*/}"
    "$jdk/bin/java" -XX:+EnableDynamicAgentLoading --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
        -Xmx512m -XX:MaxDirectMemorySize=96m \
        -Djava.io.tmpdir="$work" -cp "$work/jazzer-$jazzer.jar:$work/jazzer-api-$jazzer.jar:$here/disk/target/classes:$here/disk/target/test-classes:$(cat "$work/classpath")" \
        com.code_intelligence.jazzer.Jazzer --target_class=dev.bothways.disk.FuzzedImage "--target_args=$image" \
        "--instrumentation_includes=dev.bothways.disk.**" "--reproducer_path=$work" -max_len=400 -timeout=10 -max_total_time="$seconds" -print_final_stats=1 \
        >"$work/log" 2>&1 || { grep -v "^INFO: \(Instrumented\|Loaded\)" "$work/log" | tail -n 40; exit 1; }
    grep DONE "$work/log"
done
