package dev.bothways.guest.linux.bootloader;

import dev.bothways.guest.BootEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The menu of GRUB legacy ({@code menu.lst}, {@code grub.conf}): commands before the first {@code title} are for all, those after a title
 * are its own. It counts partitions from 0.
 *
 * @param wanted value of {@code default}: an index, or {@code saved}
 */
record LegacyMenu(List<BootEntry> entries, String wanted) {
    private static final int MOST_ENTRIES = 1_000;
    private static final int MOST_INITRAMFS = 16;
    private static final Pattern DEVICE = Pattern.compile("\\(hd([0-9]{1,3})(?:,([0-9]{1,3}))?\\)");

    static LegacyMenu parse(String text, BootFiles files) throws IOException {
        String wanted = "0";
        List<BootEntry> entries = new ArrayList<>();
        Optional<Draft> draft = Optional.empty();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size() && entries.size() < MOST_ENTRIES; i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            // A command's name ends at a blank or at an equals sign: "default=0" and "default 0" are the same.
            String[] parts = line.split("[ \t=]+", 2);
            String value = parts.length > 1 ? parts[1].strip() : "";
            if (parts[0].equals("title")) {
                if (draft.isPresent()) {
                    entries.add(draft.get().entry(files));
                }
                draft = Optional.of(new Draft(value));
            } else if (draft.isPresent()) {
                draft.get().command(parts[0], value, i);
            } else if (parts[0].equals("default")) {
                wanted = value;
            }
        }
        if (draft.isPresent()) {
            entries.add(draft.get().entry(files));
        }
        return new LegacyMenu(List.copyOf(entries), wanted);
    }

    /** What it starts: {@code saved} is the number in the first line of {@code default} beside the menu. */
    Optional<BootEntry> chosen(Optional<String> savedDefault) {
        String number = wanted.equals("saved")
                ? savedDefault.orElse("0").lines().findFirst().orElse("0").strip()
                : wanted;
        int index = number.matches("[0-9]{1,6}") ? Integer.parseInt(number) : 0;
        return entries.isEmpty() ? Optional.empty() : Optional.of(entries.get(index < entries.size() ? index : 0));
    }

    /** A device as GRUB 2 counts: {@code (hd0,0)} is {@code hd0,1}. */
    private static String modern(String device) {
        Matcher matcher = DEVICE.matcher(device);
        if (!matcher.matches()) {
            return device.replaceAll("[()]", "");
        }
        return "hd" + matcher.group(1)
                + (matcher.group(2) == null ? "" : "," + (Integer.parseInt(matcher.group(2)) + 1));
    }

    /** An entry whose lines are still being read. */
    private static final class Draft {
        private final String title;
        private String device = "";
        private Optional<String> kernel = Optional.empty();
        private String commandLine = "";
        private final List<String> initramfs = new ArrayList<>();
        private int line = -1;

        private Draft(String title) {
            this.title = title;
        }

        private void command(String name, String value, int at) {
            switch (name) {
                case "root", "rootnoverify" -> device = value;
                case "uuid" -> device = "UUID=" + value;
                case "kernel" -> {
                    String words = value.replaceFirst("^(--[^ \t]+[ \t]+)+", "");
                    String[] parts = words.split("[ \t]+", 2);
                    if (parts[0].matches("(.*/)?xen[^/]*\\.gz") || parts[0].endsWith("/xen")) {
                        // The hypervisor of a dom0; its kernel is the first module.
                        return;
                    }
                    setKernel(parts, at);
                }
                case "module" -> {
                    String[] parts = value.split("[ \t]+", 2);
                    if (kernel.isEmpty()) {
                        setKernel(parts, at);
                    } else {
                        addInitramfs(parts[0]);
                    }
                }
                case "initrd" -> addInitramfs(value.split("[ \t]+", 2)[0]);
                default -> {}
            }
        }

        private void addInitramfs(String path) {
            if (initramfs.size() < MOST_INITRAMFS) {
                initramfs.add(path);
            }
        }

        private void setKernel(String[] parts, int at) {
            kernel = Optional.of(parts[0]);
            commandLine = parts.length > 1 ? parts[1] : "";
            line = at;
        }

        private BootEntry entry(BootFiles files) throws IOException {
            Optional<String> found = Optional.empty();
            if (kernel.isPresent()) {
                found = Optional.of(locate(kernel.get(), files));
            }
            List<String> paths = new ArrayList<>();
            for (String path : initramfs) {
                paths.add(locate(path, files));
            }
            Optional<String> named = device.isEmpty() ? Optional.empty() : Optional.of(modern(device));
            return new BootEntry(
                    List.of(), title, Optional.empty(), found, List.copyOf(paths), commandLine, named, line);
        }

        private String locate(String path, BootFiles files) throws IOException {
            int end = path.startsWith("(") ? path.indexOf(')') + 1 : 0;
            String on = end > 0 ? path.substring(0, end) : device;
            return files.locate(modern(on), path.substring(end));
        }
    }
}
