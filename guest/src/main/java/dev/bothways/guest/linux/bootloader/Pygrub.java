package dev.bothways.guest.linux.bootloader;

import dev.bothways.guest.BootEntry;
import dev.bothways.guest.BootLoader.PygrubMenu;
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

/**
 * A guest's menu as Xen's pygrub reads it from dom0 (the behaviour of Xen 4.17). It looks at the file systems of the first disk in the
 * order of the partition table, takes the first configuration file of a fixed list, and reads it line by line: it knows no variables,
 * runs both sides of every {@code if}, passes over functions, and follows no link out of the file system. Where its parser would give
 * up, so does this one.
 */
final class Pygrub {
    private static final int LARGEST = 1 << 20;
    private static final int MOST_ENTRIES = 1_000;
    private static final Pattern DEVICE = Pattern.compile("(/dev/xvd.*|..[0-9]{1,9})(,(msdos|gpt)?[0-9]{1,9})?");
    private static final Pattern QUOTED = Pattern.compile("([\"'])(.*)\\1.*");

    /** The kinds of file that it looks for, in order. */
    private enum Syntax {
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

    /** An image as its parser keeps it: paths are those of the file system it looks into. */
    private static final class Image {
        private final String title;
        private Optional<String> kernel = Optional.empty();
        private String commandLine = "";
        private Optional<String> initramfs = Optional.empty();
        private Optional<String> root = Optional.empty();
        private int line = -1;
        private boolean broken;

        private Image(String title) {
            this.title = title.strip();
        }

        /** It takes the device apart at once, and breaks on those that are not numbered disks. */
        private void root(String value) {
            root = Optional.of(value);
            broken |= !DEVICE.matcher(value.replaceAll("[()]", "")).matches();
        }

        private void kernel(String value, int at) {
            String[] parts = value.split("[ \t]+", 2);
            kernel = Optional.of(withoutDevice(parts[0]));
            commandLine = parts.length > 1 ? parts[1] : "";
            line = at;
        }
    }

    private record Parsed(List<Image> images, String wanted) {}

    private final GuestFiles files;
    private final Volume volume;
    private final GuestFiles alone;

    private Pygrub(GuestFiles files, Volume volume) {
        this.files = files;
        this.volume = volume;
        this.alone = new GuestFiles(Map.of("/", volume));
    }

    /** What it would do with the first disk; empty where it would find nothing to boot. */
    static Optional<PygrubMenu> read(GuestFiles files, List<Volume> volumes) throws IOException {
        for (Volume volume : volumes) {
            if (volume.disk() == 0 && volume.fileSystem().isPresent()) {
                Optional<PygrubMenu> menu = new Pygrub(files, volume).read();
                if (menu.isPresent()) {
                    return menu;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<PygrubMenu> read() throws IOException {
        for (Syntax syntax : Syntax.values()) {
            for (String path : syntax.paths()) {
                Optional<String> text = text(path);
                if (text.isPresent()) {
                    List<String> lines = text.get().lines().toList();
                    Optional<Parsed> parsed = switch (syntax) {
                        case GRUB_2 -> grub2(lines);
                        case EXTLINUX -> Optional.of(extlinux(lines));
                        case LEGACY -> Optional.of(legacy(lines));
                    };
                    return parsed.isEmpty() ? Optional.empty() : menu(path, parsed.get());
                }
            }
        }
        return Optional.empty();
    }

    /** The first mebibyte of a file. Links are followed within the file system, as the library under pygrub does. */
    private Optional<String> text(String path) throws IOException {
        if (!alone.isRegular(path)) {
            return Optional.empty();
        }
        long size = alone.find(path).orElseThrow().size();
        if (size <= LARGEST) {
            return alone.text(path, LARGEST);
        }
        byte[] head;
        try (var in = alone.open(path)) {
            head = in.readNBytes(LARGEST);
        }
        return Optional.of(new String(head, StandardCharsets.UTF_8));
    }

    private Optional<PygrubMenu> menu(String path, Parsed parsed) throws IOException {
        int index = index(parsed);
        boolean broken = parsed.images().stream().anyMatch(image -> image.broken);
        if (broken || index >= parsed.images().size()) {
            return Optional.empty();
        }
        // Without a kernel it goes on to the next partition.
        Optional<String> kernel = parsed.images().get(index).kernel;
        if (kernel.isEmpty() || !alone.isRegular(kernel.get())) {
            return Optional.empty();
        }
        List<BootEntry> entries = parsed.images().stream().map(this::entry).toList();
        return Optional.of(new PygrubMenu(guestPath(path), entries, Optional.of(entries.get(index))));
    }

    private BootEntry entry(Image image) {
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

    /** Its own check lets the index that is one too large pass, and then it fails. */
    private static int index(Parsed parsed) {
        String wanted = parsed.wanted();
        if (wanted.matches("[0-9]{1,6}")) {
            int index = Integer.parseInt(wanted);
            return index > parsed.images().size() ? 0 : index;
        }
        return 0;
    }

    /** Splits at the first blanks, or at the first equals sign where that comes earlier. */
    private static String[] split(String line) {
        int equals = line.indexOf('=');
        int blank = 0;
        while (blank < line.length() && line.charAt(blank) != ' ' && line.charAt(blank) != '\t') {
            blank++;
        }
        String[] parts = equals >= 0 && equals < blank ? line.split("=", 2) : line.split("[ \t]+", 2);
        return parts.length > 1 ? parts : new String[] {parts[0], ""};
    }

    private static String withoutDevice(String path) {
        int end = path.startsWith("(") ? path.indexOf(')') : -1;
        return path.substring(end + 1);
    }

    private static Optional<Parsed> grub2(List<String> lines) {
        List<Image> images = new ArrayList<>();
        Optional<Image> image = Optional.empty();
        String wanted = "0";
        boolean inFunction = false;
        int submenus = 0;
        for (int i = 0; i < lines.size() && images.size() < MOST_ENTRIES; i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("function") || inFunction) {
                inFunction = !line.startsWith("}") || line.startsWith("function");
                continue;
            }
            Optional<String> title = title(line);
            if (title.isPresent()) {
                if (image.isPresent()) {
                    return Optional.empty();
                }
                image = Optional.of(new Image(title.get()));
            } else if (line.startsWith("submenu")) {
                submenus++;
            } else if (line.startsWith("}")) {
                if (image.isPresent()) {
                    images.add(image.get());
                    image = Optional.empty();
                } else if (submenus-- == 0) {
                    return Optional.empty();
                }
            } else {
                Optional<String[]> command = grub2Command(line);
                if (command.isEmpty()) {
                    return Optional.empty();
                }
                if (image.isPresent()) {
                    grub2Image(image.get(), command.get(), i);
                } else if (command.get()[0].equals("set:default")) {
                    wanted = grub2Default(command.get()[1]);
                }
            }
        }
        return image.isPresent() ? Optional.empty() : Optional.of(new Parsed(images, wanted));
    }

    /** What stands between the first quote after {@code menuentry} and the next that a blank and, later, a brace follow. */
    private static Optional<String> title(String line) {
        int start = "menuentry '".length();
        if (!line.startsWith("menuentry \"") && !line.startsWith("menuentry '")) {
            return Optional.empty();
        }
        int brace = line.lastIndexOf('{');
        for (int i = start; i + 1 < brace; i++) {
            if ((line.charAt(i) == '"' || line.charAt(i) == '\'') && line.charAt(i + 1) == ' ') {
                return Optional.of(line.substring(start, i));
            }
        }
        return Optional.empty();
    }

    /** Name and argument; of {@code set a=b} the name is {@code set:a}. Empty where the parser breaks on it. */
    private static Optional<String[]> grub2Command(String line) {
        String[] command = split(line);
        if (!command[0].equals("set")) {
            return Optional.of(command);
        }
        String[] assignment = command[1].split("=", -1);
        if (command[1].indexOf('=') < 0 || split(command[1])[0].length() != assignment[0].length()) {
            assignment = command[1].strip().split("[ \t]+");
        }
        if (assignment.length != 2) {
            return Optional.empty();
        }
        Matcher quoted = QUOTED.matcher(assignment[1]);
        return Optional.of(new String[] {"set:" + assignment[0], quoted.matches() ? quoted.group(2) : assignment[1]});
    }

    private static void grub2Image(Image image, String[] command, int line) {
        String value = command[1].strip();
        switch (command[0]) {
            case "set:root" -> image.root(value);
            case "linux", "linux16" -> image.kernel(value, line);
            case "initrd", "initrd16" -> image.initramfs = Optional.of(withoutDevice(value));
            default -> {}
        }
    }

    /** It knows a number; a saved or named default counts as 0. */
    private static String grub2Default(String value) {
        String stripped = value.strip();
        return stripped.matches("\\+?[0-9]{1,6}") ? stripped.replace("+", "") : "0";
    }

    private static Parsed legacy(List<String> lines) {
        List<Image> images = new ArrayList<>();
        Optional<Image> image = Optional.empty();
        String wanted = "0";
        for (int i = 0; i < lines.size() && images.size() < MOST_ENTRIES; i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("title")) {
                image.ifPresent(images::add);
                image = Optional.of(new Image(line.length() > 6 ? line.substring(6) : ""));
                continue;
            }
            String[] command = split(line);
            String value = command[1].strip();
            if (image.isEmpty()) {
                wanted = command[0].equals("default") ? grub2Default(value) : wanted;
                continue;
            }
            switch (command[0]) {
                case "root", "rootnoverify" -> image.get().root(value);
                case "kernel" -> image.get().kernel(value, i);
                case "initrd" -> image.get().initramfs = Optional.of(withoutDevice(value));
                default -> {}
            }
        }
        image.ifPresent(images::add);
        return new Parsed(images, wanted);
    }

    private static Parsed extlinux(List<String> lines) {
        List<Image> images = new ArrayList<>();
        String wanted = "";
        for (int i = 0; i < lines.size() && images.size() < MOST_ENTRIES; i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] command = split(line);
            String keyword = command[0].toLowerCase(java.util.Locale.ROOT);
            String value = command[1].strip();
            if (keyword.startsWith("label")) {
                images.add(new Image(value));
            } else if (images.isEmpty()) {
                wanted = keyword.equals("default") ? value : wanted;
            } else {
                extlinuxImage(images.getLast(), keyword, value, i);
            }
        }
        for (int i = 0; i < images.size(); i++) {
            if (images.get(i).title.equals(wanted)) {
                return new Parsed(images, Integer.toString(i));
            }
        }
        return new Parsed(images, "0");
    }

    private static void extlinuxImage(Image image, String keyword, String value, int line) {
        if (keyword.equals("kernel")) {
            image.kernel(value, line);
        } else if (keyword.equals("append")) {
            StringBuilder rest = new StringBuilder();
            for (String word : value.split(" ")) {
                if (word.toLowerCase(java.util.Locale.ROOT).startsWith("initrd=")) {
                    image.initramfs = Optional.of(word.substring(7));
                } else {
                    rest.append(rest.isEmpty() ? "" : " ").append(word);
                }
            }
            image.commandLine = rest.toString();
            image.line = line;
        }
    }
}
