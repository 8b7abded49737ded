package dev.bothways.conversion.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A path of the host that a definition was written on: {@code /var/lib/images/a.img}, {@code C:\\VMs\\a.vhdx}, {@code
 * [datastore1] a/a.vmdk}, {@code local-lvm:vm-100-disk-0}. People carry the files away together, so the file itself is looked
 * for beside the definition, by its name.
 */
final class OtherHostsPath {
    /** A volume of a block storage has no ending; what it is carried away as has one. */
    private static final List<String> ENDINGS = List.of("", ".raw", ".img", ".qcow2", ".vmdk", ".vhd", ".vhdx", ".vdi");

    private OtherHostsPath() {}

    /** Whether it is nothing but a file's name. */
    static boolean isPlain(String path) {
        return name(path).equals(path);
    }

    /** The file of its name in {@code folder}: as it is written, or else the only one that differs in case alone. */
    static Optional<Path> beside(Path folder, String path) throws IOException {
        String name = name(path);
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            return Optional.empty();
        }
        for (String ending : ENDINGS) {
            Optional<Path> found = named(folder, name + ending);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<Path> named(Path folder, String name) throws IOException {
        try {
            Path exact = folder.resolve(name);
            if (Files.exists(exact)) {
                return Optional.of(exact);
            }
        } catch (InvalidPathException e) {
            // No file of this host can be called so.
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> alike = files.filter(
                            file -> String.valueOf(file.getFileName()).equalsIgnoreCase(name))
                    .limit(2)
                    .toList();
            return alike.size() == 1 ? Optional.of(alike.getFirst()) : Optional.empty();
        }
    }

    /** What stands behind the last folder, drive, datastore or storage. */
    private static String name(String path) {
        int from = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
        String name = path.substring(from + 1);
        int datastore = name.startsWith("[") ? name.indexOf("] ") : -1;
        name = datastore < 0 ? name : name.substring(datastore + 2);
        return name.substring(name.lastIndexOf(':') + 1);
    }
}
