package dev.bothways.guest;

import java.util.List;
import java.util.Set;

/**
 * Where a Linux guest prints and asks for a login.
 *
 * @param gettys every login prompt that is configured
 * @param generated whether systemd's getty generator adds a {@code serial-getty} for each {@code console=} of the kernel's command line
 *     (and for hvc0 under Xen) by itself
 * @param securetty the terminals where root may log in ({@code /etc/securetty}); empty where the file is not there, which allows all
 */
public record Consoles(List<Getty> gettys, boolean generated, Set<String> securetty) {

    /**
     * A login prompt.
     *
     * @param terminal without {@code /dev/}: {@code tty1}, {@code hvc0}, {@code ttyS0}
     * @param source what starts it
     * @param path the file that says so: a unit's link below {@code /etc/systemd}, {@code /etc/inittab}, {@code /etc/init/hvc0.conf}
     * @param line index (from 0) in the file, for inittab; else -1
     */
    public record Getty(String terminal, Source source, String path, int line) {}

    /** What starts a login prompt. */
    public enum Source {
        SYSTEMD,
        INITTAB,
        UPSTART
    }

    /** Whether a prompt is configured on {@code terminal}, or comes by itself when the kernel's console is there. */
    public boolean has(String terminal) {
        return gettys.stream().anyMatch(getty -> getty.terminal().equals(terminal));
    }
}
