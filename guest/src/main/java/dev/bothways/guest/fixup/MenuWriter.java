package dev.bothways.guest.fixup;

import dev.bothways.guest.BootEntry;
import dev.bothways.guest.HostBoot;
import dev.bothways.guest.LinuxKernel;
import dev.bothways.guest.Place;
import dev.bothways.guest.Volume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes a menu for GRUB 2 in the plain form that pygrub reads too: entries at the top level, paths without variables, and the
 * default by number.
 */
final class MenuWriter {
    private static final int LONGEST_TITLE = 120;

    private final Draft draft;

    MenuWriter(Draft draft) {
        this.draft = draft;
    }

    /** A choice: files by their path in the guest. */
    record Entry(String title, String kernel, List<String> initramfs, String commandLine) {

        Entry titled(String other) {
            return new Entry(other, kernel, initramfs, commandLine);
        }

        /** The last one, which has the drivers: what comes before it is for the processor of real hardware. */
        Entry withOneInitramfs() {
            return initramfs.size() < 2 ? this : new Entry(title, kernel, List.of(initramfs.getLast()), commandLine);
        }
    }

    /** What there is to choose: the kernel that the host gives first, then the choices of {@code known}, else each kernel in /boot. */
    List<Entry> entries(List<BootEntry> known, Optional<BootEntry> chosen) throws IOException {
        List<Entry> entries = new ArrayList<>();
        Optional<LinuxKernel> host = HostKernel.kernel(draft);
        if (host.isPresent()) {
            entries.add(ofHost(host.get(), draft.guest().hostBoot().orElseThrow()));
        }
        List<BootEntry> ordered = new ArrayList<>();
        chosen.ifPresent(ordered::add);
        known.stream().filter(entry -> !ordered.contains(entry)).forEach(ordered::add);
        for (BootEntry entry : ordered) {
            if (entry.kernel().isPresent()
                    && draft.guest().files().isRegular(entry.kernel().get())) {
                entries.add(new Entry(entry.title(), entry.kernel().get(), entry.initramfs(), plainCommandLine(entry)));
            }
        }
        return entries.isEmpty() ? ofKernels() : entries;
    }

    /** A variable that only the guest's menu could tell would reach the kernel as it is written. */
    private String plainCommandLine(BootEntry entry) {
        return entry.commandLine().contains("$") ? rootAlone() : entry.commandLine();
    }

    private String rootAlone() {
        return "root=" + new StableNames(draft).of(draft.guest().root()) + " ro";
    }

    private Entry ofHost(LinuxKernel kernel, HostBoot boot) throws IOException {
        List<String> initramfs = new ArrayList<>();
        if (draft.exists(HostKernel.initramfsPath(kernel.release()))) {
            initramfs.add(HostKernel.initramfsPath(kernel.release()));
        }
        return new Entry(title(kernel), HostKernel.kernelPath(kernel.release()), initramfs, boot.commandLine());
    }

    private String title(LinuxKernel kernel) {
        return draft.guest().distribution().name() + ", with Linux " + kernel.release();
    }

    private List<Entry> ofKernels() {
        return draft.guest().kernels().stream()
                .filter(kernel -> kernel.image().isPresent() && !kernel.fromHost())
                .map(kernel -> new Entry(
                        title(kernel),
                        kernel.image().orElseThrow(),
                        kernel.initramfsPath().stream().toList(),
                        rootAlone()))
                .toList();
    }

    /** The menu's text. */
    String text(List<Entry> entries) throws IOException {
        StringBuilder text = new StringBuilder("set default=0\nset timeout=5\n\n");
        for (Entry entry : entries) {
            text.append(text(entry));
        }
        return text.toString();
    }

    /** One entry's text. */
    String text(Entry entry) throws IOException {
        Volume volume = draft.guest().volumeOf(entry.kernel());
        StringBuilder text = new StringBuilder("menuentry '" + plain(entry.title()) + "' --class gnu-linux {\n");
        text.append("\tset root='").append(grubDevice(volume)).append("'\n");
        boolean unique = new StableNames(draft).hasUniqueUuid(volume);
        if (unique
                && volume.uuid().filter(uuid -> uuid.matches("[0-9A-Za-z-]+")).isPresent()) {
            text.append("\tsearch --no-floppy --fs-uuid --set=root ")
                    .append(volume.uuid().get())
                    .append('\n');
        }
        text.append("\tlinux\t").append(inside(entry.kernel()));
        if (!entry.commandLine().isBlank()) {
            text.append(' ').append(entry.commandLine().strip());
        }
        text.append('\n');
        if (!entry.initramfs().isEmpty()) {
            text.append("\tinitrd\t");
            List<String> paths = new ArrayList<>();
            for (String path : entry.initramfs()) {
                paths.add(inside(path));
            }
            text.append(String.join(" ", paths)).append('\n');
        }
        return text.append("}\n").toString();
    }

    /** A title cannot end the quotes around it, nor the line. */
    private static String plain(String title) {
        String plain = title.replaceAll("['\"\\\\{}\\p{Cntrl}]", " ").strip();
        return plain.isEmpty() ? "Linux" : plain.substring(0, Math.min(plain.length(), LONGEST_TITLE));
    }

    /** The path inside its file system: GRUB and pygrub know nothing of mounts. */
    private String inside(String path) throws IOException {
        Place place = draft.guest().files().place(path);
        return place.path();
    }

    /** What GRUB calls a volume on the target. */
    String grubDevice(Volume volume) {
        DiskLayout.Position position = draft.layout().position(volume);
        String table =
                position.partitionUuid().filter(uuid -> uuid.length() > 11).isPresent() ? "gpt" : "msdos";
        return "hd" + position.disk()
                + position.partition().map(number -> "," + table + number).orElse("");
    }
}
