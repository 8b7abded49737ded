package dev.bothways.guest.fixup;

import dev.bothways.guest.Crypttab;
import dev.bothways.guest.Fstab;
import dev.bothways.guest.fixup.VolumeReferences.Form;
import dev.bothways.guest.fixup.VolumeReferences.Search;
import dev.bothways.guest.fixup.VolumeReferences.Spot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Volumes are named by what is in them. A disk that is {@code /dev/xvda} under Xen is {@code /dev/sda} on Hyper-V and {@code
 * /dev/vda} on KVM, and a table that names it by order or bus would not be mounted there; nor would one that names a partition
 * by a table that goes.
 */
final class DiskNames implements Fixup {
    private static final Set<String> FILES_OF_TABLES =
            Set.of("proc", "sysfs", "devpts", "tmpfs", "nfs", "nfs4", "cifs", "none");

    /** Options of mounts whose value is a volume, or the unit of one. */
    private static final Set<String> DEVICE_OPTIONS = Set.of(
            "device",
            "journal_path",
            "logdev",
            "rtdev",
            "jdev",
            "x-systemd.requires",
            "x-systemd.after",
            "x-systemd.before",
            "x-systemd.wanted-by",
            "x-systemd.required-by");

    private static final List<String> SETTINGS = List.of(
            "/etc/initramfs-tools/initramfs.conf",
            "/etc/dracut.conf",
            "/etc/mkinitcpio.conf",
            "/etc/uswsusp.conf",
            "/etc/suspend.conf",
            "/etc/mdadm.conf",
            "/etc/mdadm/mdadm.conf");
    private static final List<String> FOLDERS_OF_SETTINGS = List.of(
            "/etc/initramfs-tools/conf.d",
            "/etc/dracut.conf.d",
            "/etc/cmdline.d",
            "/etc/kernel/cmdline.d",
            "/etc/mkinitcpio.conf.d",
            "/etc/mdadm.conf.d",
            "/etc/mdadm/mdadm.conf.d");

    private static final int SOURCE = 0;
    private static final int OPTIONS = 3;

    @Override
    public String name() {
        return "disk names";
    }

    @Override
    public void draft(Draft draft) throws IOException {
        for (DiskLayout.TargetDisk disk : draft.layout().disks()) {
            if (disk instanceof DiskLayout.Kept kept && kept.identity().isPresent()) {
                draft.warn("another disk of the machine is a copy of " + kept.device()
                        + " with the same names; " + kept.device() + " gets the identity "
                        + kept.identity().get().uuid() + " in the converted machine, the other one stays as it is");
            }
        }
        VolumeReferences references = new VolumeReferences(draft);
        for (String path : List.of("/etc/fstab", "/etc/crypttab")) {
            Optional<String> text = draft.text(path);
            if (text.isPresent()) {
                String edited = path.endsWith("fstab")
                        ? fstab(text.get(), path, references)
                        : crypttab(text.get(), path, references);
                draft.write(path, edited, reason(draft));
            }
        }
        commandLines(draft, references);
        Set<String> read = settings(draft, references);
        new UnitFiles(draft, references, reason(draft)).edit();
        read.addAll(new BootMenus(draft).all());
        new UnreadNames(draft, read).warn();
    }

    /** Settings of what makes an initramfs, and of what the early userland reads. */
    private static Set<String> settings(Draft draft, VolumeReferences references) throws IOException {
        Set<String> files = new LinkedHashSet<>(SETTINGS);
        for (String folder : FOLDERS_OF_SETTINGS) {
            draft.list(folder).forEach(name -> files.add(folder + "/" + name));
        }
        for (String path : files) {
            Optional<String> text = draft.text(path);
            if (text.isPresent()) {
                Form form = path.startsWith("/etc/initramfs-tools/") ? Form.TAG : Form.PATH;
                draft.write(path, references.replacedAll(path, text.get(), Search.of(form)), reason(draft));
            }
        }
        return files;
    }

    /** The text of a mount table with names that hold. */
    private static String fstab(String text, String path, VolumeReferences references) {
        Fstab table = Fstab.parse(text);
        for (Fstab.Entry entry : table.entries()) {
            boolean root = entry.mountPoint().equals("/");
            String use = entry.isSwap() ? "swaps to it" : "mounts it on " + entry.mountPoint();
            Spot spot = new Spot(path, entry.line() + 1, use, Form.TAG, root, mustBeThere(entry));
            if (!entry.has("bind") && !FILES_OF_TABLES.contains(entry.type())) {
                table = table.with(entry, SOURCE, references.replaced(entry.source(), spot));
            }
            Spot option = new Spot(path, entry.line() + 1, "names it as an option", Form.PATH, false, false);
            List<String> options = new ArrayList<>();
            entry.options().forEach(one -> options.add(option(one, option, references)));
            if (!options.equals(entry.options())) {
                table = table.with(entry, OPTIONS, String.join(",", options));
            }
        }
        return table.text();
    }

    private static String option(String option, Spot spot, VolumeReferences references) {
        int equals = option.indexOf('=');
        if (equals < 0 || !DEVICE_OPTIONS.contains(option.substring(0, equals))) {
            return option;
        }
        String value = option.substring(equals + 1);
        String now = value.startsWith("/") ? references.replaced(value, spot) : references.replacedUnit(value, spot);
        return option.substring(0, equals + 1) + now;
    }

    private static boolean mustBeThere(Fstab.Entry entry) {
        return !FILES_OF_TABLES.contains(entry.type())
                && !entry.has("noauto")
                && !entry.has("nofail")
                && !entry.has("bind");
    }

    /** The text of a table of encrypted volumes with names that hold: the volume, what holds its key, its options. */
    static String crypttab(String text, String path, VolumeReferences references) {
        Crypttab table = Crypttab.parse(text);
        for (Crypttab.Entry entry : table.entries()) {
            boolean needed = !entry.has("nofail") && !entry.has("noauto");
            String use = "opens it as " + entry.name();
            Spot spot = new Spot(path, entry.line() + 1, use, Form.TAG, false, needed);
            table = table.with(entry, 1, references.replaced(entry.source(), spot));
            Spot rest = new Spot(path, entry.line() + 1, use, Form.PATH, false, needed);
            table = table.with(entry, 2, references.replacedIn(entry.key(), rest));
            table = table.with(entry, 3, references.replacedIn(entry.options(), rest));
        }
        return table.text();
    }

    private static void commandLines(Draft draft, VolumeReferences references) throws IOException {
        boolean initramfs = draft.guest().kernels().stream()
                .filter(kernel -> kernel.image().isPresent())
                .allMatch(kernel -> kernel.initramfsPath().isPresent());
        Search search = Search.ofMenu(initramfs ? Form.TAG : Form.KERNEL);
        BootMenus menus = new BootMenus(draft);
        for (String path : menus.all()) {
            menus.write(path, references.replacedAll(path, draft.text(path).orElseThrow(), search), reason(draft));
        }
    }

    private static String reason(Draft draft) {
        return "the names of disks differ on " + draft.target().platform().id()
                + ", and what is mounted by such a name would not be found";
    }
}
