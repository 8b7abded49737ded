package dev.bothways.guest.fixup;

import dev.bothways.filesystem.FileStatus;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of disks in configuration that nothing here knows to change: scripts, rules of udev, settings of daemons. They are warned of
 * by file and line.
 */
final class UnreadNames {
    private static final long LARGEST_FILE = 1 << 20;
    private static final int MOST_FILES = 20_000;
    private static final int MOST_WARNINGS = 40;
    private static final int DEEPEST = 12;

    /** What others read and change, or what names disks without being about this machine's. */
    private static final Set<String> PASSED_OVER = Set.of(
            "/etc/fstab",
            "/etc/crypttab",
            "/etc/mtab",
            "/etc/apparmor.d",
            "/etc/ssl",
            "/etc/selinux",
            "/etc/alternatives",
            "/etc/magic",
            "/etc/bash_completion.d",
            // A database, made of the files in the folder beside it.
            "/etc/udev/hwdb.bin");

    /** Rules of udev name a disk by the kernel's word for it: {@code KERNEL=="sda1"}, {@code KERNEL=="xvd[a-z]"}. */
    private static final Pattern KERNEL_NAME =
            Pattern.compile("KERNEL[S]?==\"((?:xvd|sd|vd|hd)[a-z*?\\[][^\"]{0,40}|nvme[0-9*?\\[][^\"]{0,40})\"");

    private static final Pattern WHOLE_DISK = Pattern.compile("/dev/(?:(?:xvd|sd|vd|hd)[a-z]{1,3}|nvme[0-9]{1,4}n1)");

    private final Draft draft;
    private final Set<String> read;
    private int warnings;
    private int unsearched;
    private Optional<String> firstUnsearched = Optional.empty();

    /**
     * @param read files that others have read
     */
    UnreadNames(Draft draft, Set<String> read) {
        this.draft = draft;
        this.read = read;
    }

    void warn() throws IOException {
        Deque<String> folders = new ArrayDeque<>(List.of("/etc"));
        int files = 0;
        while (!folders.isEmpty()) {
            String folder = folders.pop();
            if (files >= MOST_FILES) {
                leave(folder);
                continue;
            }
            for (String name : draft.list(folder)) {
                String path = folder + "/" + name;
                Optional<FileStatus> status = draft.guest().files().findLink(path);
                if (PASSED_OVER.contains(path) || read.contains(path) || status.isEmpty()) {
                    continue;
                }
                boolean folderHere = status.get().isDirectory();
                boolean deep = path.chars().filter(c -> c == '/').count() >= DEEPEST;
                if (!folderHere && !status.get().isRegular()) {
                    continue;
                }
                if (++files > MOST_FILES
                        || (folderHere && deep)
                        || (!folderHere && status.get().size() > LARGEST_FILE)) {
                    leave(path);
                } else if (folderHere) {
                    folders.add(path);
                } else {
                    file(path);
                }
            }
        }
        firstUnsearched.ifPresent(first -> draft.warn((unsearched == 1 ? first + " was" : first + " and others were")
                + " not searched for names of disks (too large, too deep, or too many): look for /dev/ there once the machine"
                + " runs"));
    }

    private void leave(String path) {
        unsearched++;
        firstUnsearched = firstUnsearched.or(() -> Optional.of(path));
    }

    private void file(String path) throws IOException {
        String text = draft.text(path).orElse("");
        if (text.indexOf('\0') >= 0) {
            return;
        }
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String plain = line.strip();
            boolean comment = plain.startsWith("#") || plain.startsWith(";") || plain.startsWith("//");
            if (!comment) {
                line(path, number, line);
            }
        }
    }

    private void line(String path, int number, String line) {
        Matcher name = VolumeReferences.NAME.matcher(line);
        while (name.find()) {
            if (isVoid(name.group())) {
                tell(path, number, name.group());
            }
        }
        Matcher rule = KERNEL_NAME.matcher(line);
        while (rule.find()) {
            tell(path, number, rule.group(1));
        }
    }

    private boolean isVoid(String name) {
        if (WHOLE_DISK.matcher(name).matches()) {
            boolean there = draft.layout().disks().stream().anyMatch(disk -> name.equals("/dev/" + disk.device()));
            return !there;
        }
        return switch (new StableNames(draft).meaning(name)) {
            case StableNames.Meaning.Same same -> false;
            case StableNames.Meaning.Moved moved ->
                !name.equals("/dev/" + draft.layout().position(moved.volume()).device());
            case StableNames.Meaning.Shared shared -> true;
            case StableNames.Meaning.Untold untold -> StableNames.isByHardware(name);
        };
    }

    private void tell(String path, int number, String name) {
        if (++warnings == MOST_WARNINGS) {
            draft.warn("more files below /etc name disks; look for /dev/ there once the machine runs");
        } else if (warnings < MOST_WARNINGS) {
            draft.warn(
                    path + ", line " + number + ": " + name
                            + " is called otherwise on the target, and nothing is known of this file: look at it once the machine runs");
        }
    }
}
