# shellcheck shell=sh disable=SC2154
# Sourced by jdk.sh where no JDK 25 was found: installs one with apt where root asks and apt has it; elsewhere prints the one
# command that installs one on this system.

jdk_package=openjdk-25-jdk-headless

# can_install_jdk: whether install_jdk would have apt install it. Updates apt's lists, which a fresh machine does not have.
can_install_jdk() {
    [ "$(id -u)" = 0 ] && [ "${BOTHWAYS_NO_INSTALL-}" != 1 ] && command -v apt-get >/dev/null || return 1
    apt_has_jdk && return 0
    echo "$1: no JDK 25 is found; asking apt for its lists of packages (BOTHWAYS_NO_INSTALL=1 forbids it)" >&2
    apt-get update -qq >&2 || echo "$1: apt-get update failed" >&2
    apt_has_jdk
}

apt_has_jdk() {
    [ -n "$(apt-cache show "$jdk_package" 2>/dev/null)" ]
}

# install_jdk CALLER: there is a JDK, and "jdk" is set; or the exit status is 1 and what to do has been said.
install_jdk() {
    if can_install_jdk "$1"; then
        echo "$1: installing $jdk_package with apt-get, about 300 MB (BOTHWAYS_NO_INSTALL=1 forbids it)" >&2
        if DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$jdk_package" >/dev/null && find_jdk; then
            return 0
        fi
        echo "$1: apt-get did not install a JDK 25 that can be found" >&2
        return 1
    fi
    echo "$1: no JDK 25 or newer is found; set JAVA_HOME to one, or install one with" >&2
    printf '    %s\n' "$(jdk_command_here)" >&2
    return 1
}

jdk_command_here() {
    jdk_distribution=$(
        ID='' ID_LIKE='' VERSION_ID=''
        # shellcheck disable=SC1091
        [ ! -r /etc/os-release ] || . /etc/os-release
        echo "$ID:$VERSION_ID $ID_LIKE"
    )
    if [ "$(id -u)" = 0 ]; then
        jdk_become=''
    elif command -v doas >/dev/null && ! command -v sudo >/dev/null; then
        jdk_become='doas '
    else
        jdk_become='sudo '
    fi
    # Lists of packages that do not have it say more than the version of the distribution.
    if command -v apt-cache >/dev/null && [ -n "$(apt-cache show bash 2>/dev/null)" ] && ! apt_has_jdk; then
        jdk_distribution="none:0"
    fi
    jdk_command "$(uname -s)" "$(uname -m)" "$jdk_distribution" "$jdk_become"
}

# jdk_command SYSTEM PROCESSOR "ID:VERSION LIKE..." BECOME: the one command that installs a JDK 25 there. BECOME is "sudo ", or
# empty for root.
jdk_command() {
    case $1 in
        Darwin) echo "brew install openjdk@25" && return ;;
        MINGW* | MSYS* | CYGWIN*) echo "winget install EclipseAdoptium.Temurin.25.JDK" && return ;;
        FreeBSD) echo "${4}pkg install -y openjdk25" && return ;;
    esac
    case " $3 " in
        " debian:"[1-9]" "* | " debian:1"[0-2]* | " ubuntu:1"* | " ubuntu:20."*) ;; # They have none.
        " debian:"* | " ubuntu:"* | *" debian "* | *" ubuntu "*)
            echo "${4}apt-get update && ${4}apt-get install -y $jdk_package" && return
            ;;
        " amzn:"*) echo "${4}dnf install -y java-25-amazon-corretto-devel" && return ;;
        " fedora:"* | " rhel:"* | " centos:"* | *" fedora "* | *" rhel "*)
            echo "${4}dnf install -y java-25-openjdk-devel" && return
            ;;
        " opensuse"* | " sles:"* | *" suse "* | *" opensuse "*)
            echo "${4}zypper --non-interactive install java-25-openjdk-devel" && return
            ;;
        " arch:"* | *" arch "*) echo "${4}pacman -Syu --noconfirm jdk-openjdk" && return ;;
        " alpine:"*) echo "${4}apk add openjdk25" && return ;;
    esac
    # Adoptium's archive, in a folder where jdk.sh looks: needs no root and no distribution.
    case $2 in
        arm64) jdk_processor=aarch64 ;;
        x86_64 | amd64) jdk_processor=x64 ;;
        *) jdk_processor=$2 ;;
    esac
    jdk_archive=https://api.adoptium.net/v3/binary/latest/25/ga/linux/$jdk_processor/jdk/hotspot/normal/eclipse
    if command -v curl >/dev/null || ! command -v wget >/dev/null; then
        jdk_fetch="curl -fL"
    else
        jdk_fetch="wget -O -"
    fi
    jdk_before=
    if [ "$jdk_fetch" = "curl -fL" ] && ! command -v curl >/dev/null && command -v apt-get >/dev/null; then
        jdk_before="${4}apt-get update && ${4}apt-get install -y curl && "
    fi
    echo "${jdk_before}mkdir -p ~/.jdks && $jdk_fetch $jdk_archive | tar -xz -C ~/.jdks"
}
