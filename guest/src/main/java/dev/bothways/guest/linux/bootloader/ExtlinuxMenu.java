package dev.bothways.guest.linux.bootloader;

import dev.bothways.guest.BootEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The menu of extlinux: keywords in any case, entries begin at {@code LABEL}. */
record ExtlinuxMenu(List<BootEntry> entries, Optional<BootEntry> chosen) {
    private static final int MOST_ENTRIES = 1_000;
    private static final int MOST_INITRAMFS = 16;

    private static final class Draft {
        private final String label;
        private String title;
        private Optional<String> kernel = Optional.empty();
        private String append = "";
        private List<String> initramfs = List.of();
        private int line = -1;

        private Draft(String label) {
            this.label = label;
            this.title = label;
        }
    }

    static ExtlinuxMenu parse(String text, String path, BootFiles files) throws IOException {
        String directory = path.substring(0, Math.max(1, path.lastIndexOf('/')));
        String wanted = "";
        List<Draft> drafts = new ArrayList<>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size() && drafts.size() < MOST_ENTRIES; i++) {
            String[] parts = lines.get(i).strip().split("[ \t]+", 2);
            String value = parts.length > 1 ? parts[1].strip() : "";
            String keyword = parts[0].toLowerCase(Locale.ROOT);
            if (keyword.equals("label")) {
                drafts.add(new Draft(value));
            } else if (drafts.isEmpty()) {
                wanted = keyword.equals("default") ? value : wanted;
            } else {
                Draft draft = drafts.getLast();
                String menu = value.toLowerCase(Locale.ROOT);
                switch (keyword) {
                    case "kernel", "linux" -> {
                        draft.kernel = Optional.of(value);
                        draft.line = draft.line < 0 ? i : draft.line;
                    }
                    case "append" -> {
                        draft.append = value;
                        draft.line = i;
                    }
                    case "initrd" -> draft.initramfs = List.of(value.split(","));
                    case "menu" -> {
                        if (menu.startsWith("label")) {
                            draft.title = value.substring(5).strip().replace("^", "");
                        } else if (menu.equals("default")) {
                            wanted = draft.label;
                        }
                    }
                    default -> {}
                }
            }
        }
        return of(drafts, wanted, directory, files);
    }

    private static ExtlinuxMenu of(List<Draft> drafts, String wanted, String directory, BootFiles files)
            throws IOException {
        List<BootEntry> entries = new ArrayList<>();
        Optional<BootEntry> chosen = Optional.empty();
        for (Draft draft : drafts) {
            List<String> initramfs = new ArrayList<>(draft.initramfs);
            List<String> words = new ArrayList<>();
            for (String word : draft.append.split("[ \t]+")) {
                if (word.toLowerCase(Locale.ROOT).startsWith("initrd=")) {
                    initramfs.addAll(List.of(word.substring(7).split(",")));
                } else {
                    words.add(word);
                }
            }
            List<String> paths = new ArrayList<>();
            for (String path : initramfs.subList(0, Math.min(MOST_INITRAMFS, initramfs.size()))) {
                paths.add(locate(path, directory, files));
            }
            Optional<String> kernel = Optional.empty();
            if (draft.kernel.isPresent()) {
                kernel = Optional.of(locate(draft.kernel.get(), directory, files));
            }
            BootEntry entry = new BootEntry(
                    List.of(),
                    draft.title,
                    Optional.of(draft.label),
                    kernel,
                    List.copyOf(paths),
                    String.join(" ", words).strip(),
                    Optional.empty(),
                    draft.line);
            entries.add(entry);
            if (draft.label.equals(wanted)) {
                chosen = Optional.of(entry);
            }
        }
        return new ExtlinuxMenu(
                List.copyOf(entries), chosen.or(() -> entries.stream().findFirst()));
    }

    /** Relative paths begin where the configuration lies. */
    private static String locate(String path, String directory, BootFiles files) throws IOException {
        return path.startsWith("/") ? files.locate("", path) : files.locate(BootFiles.GUEST, directory + "/" + path);
    }
}
