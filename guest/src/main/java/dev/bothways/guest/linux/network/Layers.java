package dev.bothways.guest.linux.network;

import dev.bothways.guest.GuestFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Configuration that lies in several directories: a file hides those of the same name in later ones, and a link to {@code /dev/null}
 * or an empty file hides them without being one. What an image has below {@code /run} counts for nothing: the guest begins with an
 * empty one.
 */
final class Layers {
    private static final List<String> VENDOR = List.of("/usr/lib/", "/lib/", "/usr/local/lib/");

    private Layers() {}

    /** The paths that count, by name in order. */
    static Map<String, String> of(GuestFiles files, List<String> directories, String ending) throws IOException {
        Map<String, String> paths = new TreeMap<>();
        for (String directory : directories) {
            for (String name : files.list(directory)) {
                if (name.endsWith(ending) && !name.startsWith(".")) {
                    paths.putIfAbsent(name, directory + "/" + name);
                }
            }
        }
        List<String> masked = new ArrayList<>();
        for (Map.Entry<String, String> path : paths.entrySet()) {
            if (isMasked(files, path.getValue())) {
                masked.add(path.getKey());
            }
        }
        masked.forEach(paths::remove);
        return paths;
    }

    static boolean isMasked(GuestFiles files, String path) throws IOException {
        return files.readLink(path).filter("/dev/null"::equals).isPresent()
                || files.find(path)
                        .filter(status -> status.isRegular() && status.size() == 0)
                        .isPresent();
    }

    /** Whether a package brought the file: an administrator's own lie below {@code /etc}. */
    static boolean isVendors(String path) {
        return VENDOR.stream().anyMatch(path::startsWith);
    }

    /** Where a file is changed: a package's own is hidden by one of the same name below {@code /etc}. */
    static String editable(String path) {
        for (String vendor : VENDOR) {
            if (path.startsWith(vendor)) {
                return "/etc/" + path.substring(vendor.length());
            }
        }
        return path;
    }
}
