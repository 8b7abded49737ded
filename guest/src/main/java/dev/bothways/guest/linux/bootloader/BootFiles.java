package dev.bothways.guest.linux.bootloader;

import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.Volume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files that a boot loader would find on the devices that it names. */
final class BootFiles {
    /** A device that stands for the guest's own tree: paths on it are paths of the guest. */
    static final String GUEST = "guest";

    private static final int LARGEST_FILE = 4 << 20;
    private static final Pattern DISK = Pattern.compile("hd([0-9]{1,3})(?:,(?:msdos|gpt)?([0-9]{1,3}))?");

    private final GuestFiles files;
    private final List<Volume> volumes;
    private final Volume home;
    private final Map<String, byte[]> planned;

    /**
     * @param volumes every volume of the machine
     * @param home where the boot loader's own configuration lies
     * @param planned contents of files that are to be written, by path
     */
    BootFiles(GuestFiles files, List<Volume> volumes, Volume home, Map<String, byte[]> planned) {
        this.planned = planned;
        this.files = files;
        this.volumes = volumes;
        this.home = home;
    }

    /** The guest's path of {@code path} on {@code device}; empty where that device is not part of the guest's tree. */
    Optional<String> guestPath(String device, String path) {
        if (device.equals(GUEST)) {
            return Optional.of(path);
        }
        return volume(device).flatMap(volume -> inside(volume, path));
    }

    /** The device's volume; the one with the configuration where none is named. */
    private Optional<Volume> volume(String device) {
        if (device.isEmpty()) {
            return Optional.of(home);
        }
        if (device.startsWith("UUID=")) {
            return volumes.stream()
                    .filter(volume -> volume.uuid()
                            .filter(device.substring(5)::equalsIgnoreCase)
                            .isPresent())
                    .findFirst();
        }
        if (device.startsWith("LABEL=")) {
            return volumes.stream()
                    .filter(volume ->
                            volume.label().filter(device.substring(6)::equals).isPresent())
                    .findFirst();
        }
        Matcher disk = DISK.matcher(device);
        if (!disk.matches()) {
            return Optional.empty();
        }
        int index = Integer.parseInt(disk.group(1));
        int partition = disk.group(2) == null ? 0 : Integer.parseInt(disk.group(2));
        return volumes.stream()
                .filter(volume -> volume.disk() == index && volume.partition().orElse(0) == partition)
                .findFirst();
    }

    private Optional<String> inside(Volume volume, String path) {
        return files.mountPoint(volume)
                .map(mount -> mount.equals("/") ? path : mount + (path.startsWith("/") ? "" : "/") + path);
    }

    /**
     * Where the file is that an entry names: on its device; else, for a menu may name devices as another host numbered them, beside
     * the configuration, in the root, or in {@code /boot}. As written where it is nowhere.
     */
    String locate(String device, String path) throws IOException {
        List<String> candidates = new ArrayList<>();
        guestPath(device, path).ifPresent(candidates::add);
        guestPath("", path).ifPresent(candidates::add);
        candidates.add(path);
        candidates.add("/boot" + path);
        for (String candidate : candidates) {
            if (candidate.startsWith("/") && (planned.containsKey(candidate) || files.isRegular(candidate))) {
                return candidate;
            }
        }
        return path;
    }

    /** What {@code (device)path}, or {@code path} on {@code root}, names in the guest's tree. */
    Optional<String> named(String spelled, String root) {
        if (spelled.startsWith("(")) {
            int end = spelled.indexOf(')');
            return end < 0 ? Optional.empty() : guestPath(spelled.substring(1, end), spelled.substring(end + 1));
        }
        return guestPath(root, spelled);
    }

    Optional<String> text(String guestPath) throws IOException {
        byte[] written = planned.get(guestPath);
        return written != null
                ? Optional.of(new String(written, StandardCharsets.UTF_8))
                : files.text(guestPath, LARGEST_FILE);
    }

    GuestFiles files() {
        return files;
    }
}
