# shellcheck shell=sh disable=SC2154
# Finds a JDK 25 or newer, without starting a process: JAVA_HOME first, then the usual JVM folders. Sets "jdk".

# The major version of a JDK, out of the line JAVA_VERSION="25.0.3" of its release file; 0 where there is none.
major_of() {
    major=0
    [ -r "$1/release" ] && [ -x "$1/bin/javac" ] || return 0
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
            JAVA_VERSION=*)
                line=${line#JAVA_VERSION=\"}
                line=${line%%\"*}
                major=${line%%[!0-9]*}
                [ -n "$major" ] || major=0
                return 0
                ;;
        esac
    done <"$1/release"
}

find_jdk() {
    for jdk in "${JAVA_HOME-}" /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* /opt/*jdk* \
        "${HOME-}"/.sdkman/candidates/java/* "${HOME-}"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        /usr/local/openjdk*; do
        [ -n "$jdk" ] || continue
        major_of "$jdk"
        if [ "$major" -ge 25 ]; then
            return 0
        fi
    done
    return 1
}

# require_jdk CALLER: as find_jdk; where there is none, installs one or says which command does. $project is the checkout.
require_jdk() {
    find_jdk && return
    # shellcheck source=install-jdk.sh
    . "$project/.mvn/install-jdk.sh"
    install_jdk "$1"
}
