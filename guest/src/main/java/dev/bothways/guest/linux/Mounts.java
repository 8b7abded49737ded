package dev.bothways.guest.linux;

import dev.bothways.guest.Fstab;
import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.Volume;
import dev.bothways.guest.VolumeNames;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Joins a guest's root with what its fstab mounts below. */
final class Mounts {
    private static final int LARGEST_FSTAB = 1 << 20;

    /** More than any guest mounts of its own disks; each costs time at every look-up of a path. */
    private static final int MOST = 64;

    private Mounts() {}

    static Fstab fstab(GuestFiles files) throws IOException {
        return Fstab.parse(files.text("/etc/fstab", LARGEST_FSTAB).orElse(""));
    }

    /**
     * The tree.
     *
     * @param problems gets a sentence for each volume that the guest mounts at boot and that is not there or cannot be read
     */
    static GuestFiles join(Volume root, Fstab fstab, List<Volume> volumes, List<String> problems) {
        Map<String, Volume> mounts = new HashMap<>();
        mounts.put("/", root);
        for (Fstab.Entry entry : fstab.entries()) {
            String point = clean(entry.mountPoint());
            boolean ours = point.startsWith("/") && point.length() > 1 && !entry.has("bind") && !entry.has("rbind");
            boolean wanted = !entry.has("noauto") || point.equals("/boot") || point.equals("/boot/efi");
            if (!ours || !wanted || !isDisk(entry.source()) || mounts.size() >= MOST) {
                continue;
            }
            Optional<Volume> volume = VolumeNames.find(volumes, entry.source());
            if (volume.flatMap(Volume::fileSystem).isPresent()) {
                mounts.putIfAbsent(point, volume.get());
            } else if (volume.isPresent()) {
                problems.add("fstab mounts " + point + " from " + volume.get().device() + ", which holds "
                        + volume.get().type() + " and cannot be read, so what lies there is not known");
            } else if (!entry.has("nofail") && !entry.has("noauto")) {
                problems.add(
                        "fstab mounts " + point + " from " + entry.source() + ", which is none of the machine's disks");
            }
        }
        return new GuestFiles(mounts);
    }

    private static boolean isDisk(String source) {
        return source.startsWith("/dev/") || source.matches("(?i)(UUID|LABEL|PARTUUID|PARTLABEL)=.*");
    }

    private static String clean(String point) {
        String plain = point.replaceAll("/+", "/");
        return plain.length() > 1 && plain.endsWith("/") ? plain.substring(0, plain.length() - 1) : plain;
    }
}
