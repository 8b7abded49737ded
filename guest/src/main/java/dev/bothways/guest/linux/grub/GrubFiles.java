package dev.bothways.guest.linux.grub;

import dev.bothways.disk.HostFile;
import dev.bothways.guest.GuestException;
import dev.bothways.guest.GuestException.Kind;
import dev.bothways.guest.GuestFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * One GRUB's own files for BIOS: its images, its modules and the lists of them. All of one version, since a module fits only the
 * kernel that it was built with.
 */
public final class GrubFiles {
    static final String BOOT = "boot.img";
    static final String DISK_BOOT = "diskboot.img";
    static final String DECOMPRESSOR = "lzma_decompress.img";
    static final String KERNEL = "kernel.img";
    static final String DEPENDENCIES = "moddep.lst";
    private static final List<String> NEEDED = List.of(BOOT, DISK_BOOT, DECOMPRESSOR, KERNEL, DEPENDENCIES);
    private static final List<String> FOLDERS =
            List.of("/usr/lib/grub/i386-pc", "/usr/lib/grub2/i386-pc", "/usr/share/grub2/i386-pc");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_+-][A-Za-z0-9_.+-]*\\.(img|mod|lst|o)");
    private static final int MOST_FILES = 2000;
    private static final int LARGEST_FILE = 4 << 20;

    private final String origin;
    private final SortedMap<String, byte[]> files;

    private GrubFiles(String origin, SortedMap<String, byte[]> files) {
        this.origin = origin;
        this.files = files;
    }

    /**
     * GRUB's files from where a conversion looks for them: the folder asked for, else the guest's own (they fit the menu that the
     * guest's tools write), else the host's.
     *
     * @throws GuestException where none of them has them; the message says what to do
     */
    public static GrubFiles find(Optional<Path> asked, GuestFiles guest) throws IOException {
        if (asked.isPresent()) {
            return ofFolder(asked.get())
                    .orElseThrow(() -> new GuestException(
                            Kind.NONE,
                            asked.get() + " does not hold GRUB's files for BIOS (" + String.join(", ", NEEDED)
                                    + "); give the folder named i386-pc"));
        }
        for (String folder : FOLDERS) {
            Optional<GrubFiles> found = ofGuest(guest, folder);
            if (found.isPresent()) {
                return found.get();
            }
        }
        for (String folder : FOLDERS) {
            Optional<GrubFiles> found = ofFolder(Path.of(folder));
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw new GuestException(
                Kind.NONE,
                "GRUB's files for BIOS are neither in the guest nor on this host (" + FOLDERS.getFirst()
                        + "): install grub-pc-bin, or give --grub DIR");
    }

    /** The files in a folder of the host; empty where it is not a whole GRUB for BIOS. */
    public static Optional<GrubFiles> ofFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        SortedMap<String, byte[]> files = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (wanted(name, files) && Files.isRegularFile(entry) && Files.size(entry) <= LARGEST_FILE) {
                    files.put(name, HostFile.readAll(entry, LARGEST_FILE));
                }
            }
        }
        return whole(folder.toString(), files);
    }

    /** The files in a folder of the guest; empty where it is not a whole GRUB for BIOS. */
    public static Optional<GrubFiles> ofGuest(GuestFiles guest, String folder) throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        for (String name : guest.list(folder)) {
            String path = folder + "/" + name;
            if (wanted(name, files) && guest.isRegular(path)) {
                files.put(name, guest.readAll(path, LARGEST_FILE));
            }
        }
        return whole("the guest's " + folder, files);
    }

    private static boolean wanted(String name, SortedMap<String, byte[]> files) {
        return NAME.matcher(name).matches() && files.size() < MOST_FILES;
    }

    private static Optional<GrubFiles> whole(String origin, SortedMap<String, byte[]> files) {
        return files.keySet().containsAll(NEEDED) ? Optional.of(new GrubFiles(origin, files)) : Optional.empty();
    }

    /** Where they were found, for people. */
    public String origin() {
        return origin;
    }

    /** The names of all of them. */
    public Collection<String> names() {
        return files.keySet();
    }

    /** The modules' names, without {@code .mod}. */
    public List<String> modules() {
        return files.keySet().stream()
                .filter(name -> name.endsWith(".mod"))
                .map(name -> name.substring(0, name.length() - 4))
                .toList();
    }

    /** One file's content. */
    public byte[] content(String name) throws GuestException {
        byte[] content = files.get(name);
        if (content == null) {
            throw new GuestException(Kind.MALFORMED, "GRUB's file " + name + " is not in " + origin);
        }
        return content.clone();
    }

    String text(String name) throws GuestException {
        return new String(content(name), StandardCharsets.US_ASCII);
    }

    /**
     * What must stand in {@code i386-pc} of the folder of GRUB's menu ({@code /boot/grub/i386-pc}) so that every {@code insmod}
     * of the menu finds its module: all modules and the lists that tell which of them has a command, a file system, a terminal.
     */
    public SortedMap<String, byte[]> bootFolder() {
        SortedMap<String, byte[]> wanted = new TreeMap<>();
        files.forEach((name, content) -> {
            if (!name.endsWith(".img")) {
                wanted.put(name, content.clone());
            }
        });
        return wanted;
    }

    /** Those of {@link #bootFolder} that {@code folder} of the guest lacks or has otherwise. */
    public SortedMap<String, byte[]> missingIn(GuestFiles guest, String folder) throws IOException {
        SortedMap<String, byte[]> missing = bootFolder();
        for (String name : List.copyOf(missing.keySet())) {
            String path = folder + "/" + name;
            boolean there = guest.find(path)
                    .filter(status -> status.isRegular() && status.size() <= LARGEST_FILE)
                    .isPresent();
            if (there && Arrays.equals(guest.readAll(path, LARGEST_FILE), missing.get(name))) {
                missing.remove(name);
            }
        }
        return missing;
    }
}
