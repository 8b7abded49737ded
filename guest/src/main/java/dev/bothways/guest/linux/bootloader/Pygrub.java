package dev.bothways.guest.linux.bootloader;

import dev.bothways.guest.BootEntry;
import dev.bothways.guest.BootLoader.PygrubMenu;
import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.Volume;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A guest's menu as Xen's pygrub reads it from dom0 (the behaviour of Xen 4.17). It looks at the file systems of the first disk in the
 * order of the partition table, takes the first configuration file of a fixed list, and follows no link out of the file system. Where
 * its parser would give up, so does this one.
 */
final class Pygrub {
    private static final int LARGEST = 1 << 20;
    /** An MBR's partitions beyond these are not in its own sector, which is all that it reads. */
    private static final int LAST_PRIMARY = 4;

    private static final int LONGEST_MBR_UUID = 11;

    /** The kinds of file that it looks for, in order. */
    enum Syntax {
        GRUB_2,
        EXTLINUX,
        LEGACY;

        private List<String> paths() {
            return switch (this) {
                case GRUB_2 ->
                    List.of("/boot/grub/grub.cfg", "/grub/grub.cfg", "/boot/grub2/grub.cfg", "/grub2/grub.cfg");
                case EXTLINUX ->
                    List.of(
                            "/boot/isolinux/isolinux.cfg",
                            "/boot/extlinux/extlinux.conf",
                            "/boot/extlinux.conf",
                            "/extlinux/extlinux.conf",
                            "/extlinux.conf");
                case LEGACY ->
                    List.of("/boot/grub/menu.lst", "/boot/grub/grub.conf", "/grub/menu.lst", "/grub/grub.conf");
            };
        }
    }

    /**
     * What its parser makes of a file.
     *
     * @param wanted index of the image to start
     */
    record Parsed(List<PygrubImage> images, int wanted) {}

    private final GuestFiles files;
    private final Volume volume;
    private final GuestFiles alone;
    private final Map<String, byte[]> planned;

    private Pygrub(GuestFiles files, Volume volume, Map<String, byte[]> planned) {
        this.planned = planned;
        this.files = files;
        this.volume = volume;
        this.alone = new GuestFiles(Map.of("/", volume));
    }

    /** What it would do with the first disk; empty where it would find nothing to boot. */
    static Optional<PygrubMenu> read(GuestFiles files, List<Volume> volumes) throws IOException {
        return read(files, volumes, Map.of());
    }

    /**
     * As {@link #read(GuestFiles, List)}, for files that are to be written first.
     *
     * @param planned their contents by path of the guest
     */
    static Optional<PygrubMenu> read(GuestFiles files, List<Volume> volumes, Map<String, byte[]> planned)
            throws IOException {
        for (Volume volume : volumes) {
            if (volume.disk() == 0 && volume.fileSystem().isPresent() && isFound(volume)) {
                Optional<PygrubMenu> menu = new Pygrub(files, volume, planned).read();
                if (menu.isPresent()) {
                    return menu;
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isFound(Volume volume) {
        boolean gpt = volume.partitionUuid()
                .filter(uuid -> uuid.length() > LONGEST_MBR_UUID)
                .isPresent();
        return gpt || volume.partition().orElse(0) <= LAST_PRIMARY;
    }

    private Optional<PygrubMenu> read() throws IOException {
        for (Syntax syntax : Syntax.values()) {
            for (String path : syntax.paths()) {
                Optional<byte[]> content = content(path);
                if (content.isPresent()) {
                    Optional<String> text = decoded(content.get());
                    Optional<Parsed> parsed = text.isEmpty() ? Optional.empty() : parsed(syntax, text.get());
                    return parsed.isEmpty() ? Optional.empty() : menu(path, parsed.get());
                }
            }
        }
        return Optional.empty();
    }

    static Optional<Parsed> parsed(Syntax syntax, String text) {
        List<String> lines = PygrubScript.lines(text);
        try {
            return switch (syntax) {
                case GRUB_2 -> {
                    PygrubScript.Reading reading = PygrubScript.read(text);
                    yield reading.failure().isPresent()
                            ? Optional.empty()
                            : Optional.of(new Parsed(reading.images(), reading.wanted()));
                }
                case EXTLINUX -> Optional.of(extlinux(lines));
                case LEGACY -> Optional.of(legacy(lines));
            };
        } catch (PygrubImage.Raised e) {
            return Optional.empty();
        }
    }

    /** The text as it decodes it; empty where it raises: bytes that are no UTF-8, or a letter cut at the end of what it reads. */
    static Optional<String> decoded(byte[] content) {
        try {
            ByteBuffer read = ByteBuffer.wrap(content, 0, Math.min(content.length, LARGEST));
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(read).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** The first mebibyte of a file. Links are followed within the file system, as the library under pygrub does. */
    private Optional<byte[]> content(String path) throws IOException {
        byte[] written = planned.get(guestPath(path));
        if (written != null) {
            return Optional.of(written);
        }
        if (!alone.isRegular(path)) {
            return Optional.empty();
        }
        try (var in = alone.open(path)) {
            return Optional.of(in.readNBytes(LARGEST));
        }
    }

    private Optional<PygrubMenu> menu(String path, Parsed parsed) throws IOException {
        List<PygrubImage> images = parsed.images();
        if (images.isEmpty()) {
            return Optional.empty();
        }
        PygrubImage chosen = images.get(parsed.wanted() < images.size() ? parsed.wanted() : 0);
        // Without a kernel it goes on to the next partition; without the initramfs that is named the machine does not
        // start.
        if (chosen.kernel.isEmpty() || !isThere(chosen.kernel.get())) {
            return Optional.empty();
        }
        List<BootEntry> entries = images.stream().map(this::entry).toList();
        return Optional.of(new PygrubMenu(guestPath(path), entries, Optional.of(entries.get(images.indexOf(chosen)))));
    }

    private boolean isThere(String path) throws IOException {
        return planned.containsKey(guestPath(path)) || alone.isRegular(path);
    }

    private BootEntry entry(PygrubImage image) {
        return new BootEntry(
                List.of(),
                image.title,
                Optional.empty(),
                image.kernel.map(this::guestPath),
                image.initramfs.map(this::guestPath).stream().toList(),
                image.commandLine,
                image.root,
                image.line);
    }

    private String guestPath(String path) {
        return files.mountPoint(volume)
                .filter(mount -> !mount.equals("/"))
                .map(mount -> mount + path)
                .orElse(path);
    }

    private static Parsed legacy(List<String> lines) throws PygrubImage.Raised {
        List<PygrubImage> images = new ArrayList<>();
        Optional<PygrubImage> image = Optional.empty();
        int wanted = 0;
        String timeout = "-1";
        boolean empty = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = PygrubImage.strip(lines.get(i));
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("title")) {
                image.ifPresent(images::add);
                image = Optional.of(new PygrubImage(line.length() > 6 ? PygrubImage.strip(line.substring(6)) : "", i));
                empty = true;
                continue;
            }
            String[] command = PygrubImage.split(line);
            String value = PygrubImage.strip(command[1]);
            if (image.isEmpty()) {
                switch (command[0]) {
                    case "default" -> wanted = index(value);
                    case "timeout" -> timeout = value;
                    case "splashimage" -> PygrubImage.path(value);
                    default -> {}
                }
                continue;
            }
            empty = false;
            switch (command[0]) {
                case "root", "rootnoverify" -> image.get().root(value);
                case "kernel" -> image.get().kernel(value, i);
                case "initrd" -> image.get().initramfs(value);
                default -> {}
            }
        }
        if (!empty) {
            image.ifPresent(images::add);
        }
        checkTimeout(timeout);
        return new Parsed(images, wanted);
    }

    private static void checkTimeout(String timeout) throws PygrubImage.Raised {
        if (PygrubImage.integer(timeout).isEmpty()) {
            throw new PygrubImage.Raised("the timeout is no number");
        }
    }

    private static int index(String wanted) throws PygrubImage.Raised {
        BigInteger number = PygrubImage.integer(wanted).orElse(BigInteger.ZERO);
        if (number.signum() < 0) {
            throw new PygrubImage.Raised("the default is a negative number");
        }
        return number.bitLength() > 30 ? Integer.MAX_VALUE : number.intValue();
    }

    private static Parsed extlinux(List<String> lines) throws PygrubImage.Raised {
        List<PygrubImage> images = new ArrayList<>();
        Optional<String> wanted = Optional.empty();
        String timeout = "-1";
        for (int i = 0; i < lines.size(); i++) {
            String line = PygrubImage.strip(lines.get(i));
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] command = PygrubImage.split(line);
            String keyword = command[0].toLowerCase(Locale.ROOT);
            String value = PygrubImage.strip(command[1]);
            if (line.toLowerCase(Locale.ROOT).startsWith("label")) {
                images.add(new PygrubImage(keyword.equals("label") ? unquoted(value) : "", i));
            } else if (images.isEmpty()) {
                wanted = keyword.equals("default") ? Optional.of(value) : wanted;
                if (keyword.equals("timeout")) {
                    timeout = value;
                }
            } else {
                extlinuxImage(images.getLast(), keyword, value, i);
            }
        }
        checkTimeout(timeout);
        for (int i = 0; i < images.size(); i++) {
            if (wanted.equals(Optional.of(images.get(i).title))) {
                return new Parsed(images, i);
            }
        }
        return new Parsed(images, 0);
    }

    private static String unquoted(String value) {
        return value.length() > 2 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }

    private static void extlinuxImage(PygrubImage image, String keyword, String value, int line) {
        if (keyword.equals("kernel")) {
            String plain = unquoted(value);
            int end = plain.indexOf(' ') < 0 ? plain.length() : PygrubImage.blank(plain, 0);
            image.kernel = Optional.of(plain.substring(0, end));
            image.commandLine = PygrubImage.stripLeading(plain.substring(end));
            image.line = line;
        } else if (keyword.equals("append")) {
            String rest = value;
            if (image.kernel.isPresent()) {
                for (String word : value.split(" ")) {
                    if (word.toLowerCase(Locale.ROOT).startsWith("initrd=") && value.contains("initrd=")) {
                        image.initramfs = Optional.of(word.replace("initrd=", ""));
                        rest = rest.replace(word, "");
                    }
                }
            }
            image.commandLine = unquoted(PygrubImage.strip(rest));
            image.line = line;
        }
    }
}
