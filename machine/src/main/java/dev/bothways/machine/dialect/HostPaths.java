package dev.bothways.machine.dialect;

import java.util.regex.Pattern;

/**
 * Tells values that name a file, a device or a pipe of a host from others, by their form: a path from a root or from a home, of
 * Unix, Windows or a share; one that climbs out of its folder; and a file by its URL.
 */
public final class HostPaths {
    /** What stands before a path where a value has several parts. */
    private static final String BEFORE = "(?:^|[\\s=,;:|@(\\[{\"'])";

    private static final Pattern PATH = Pattern.compile(BEFORE + "(?:~?/(?![/\\s])[^\\s]|file:/)"
            + "|(?:^|[\\s=,;:|@(\\[{\"'/\\\\])\\.\\.[/\\\\]"
            + "|" + BEFORE + "(?:[A-Za-z]:[\\\\/](?!/)|\\\\\\\\[^\\s])");

    private HostPaths() {}

    /** Whether there is one in a value. The name of a file beside the definition is none. */
    public static boolean in(String value) {
        return PATH.matcher(value).find();
    }
}
