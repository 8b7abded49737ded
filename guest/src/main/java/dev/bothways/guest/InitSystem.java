package dev.bothways.guest;

/** What starts a Linux guest's services. */
public enum InitSystem {
    SYSTEMD,
    SYSVINIT,
    UPSTART,
    OPENRC,
    BUSYBOX,
    UNKNOWN
}
