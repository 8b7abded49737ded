package dev.bothways.guest.linux.bootloader;

import dev.bothways.disk.VirtualDisk;
import dev.bothways.guest.AttachedDisk;
import dev.bothways.guest.BootEntry;
import dev.bothways.guest.BootLoader;
import dev.bothways.guest.BootLoader.Kind;
import dev.bothways.guest.BootLoader.PygrubMenu;
import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.LinuxGuest;
import dev.bothways.guest.Volume;
import dev.bothways.guest.linux.ShellPattern;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Finds a guest's boot loader and its menu. */
public final class BootLoaders {
    private static final List<String> GRUB_2 = List.of("/boot/grub/grub.cfg", "/boot/grub2/grub.cfg");
    private static final List<String> LEGACY =
            List.of("/boot/grub/menu.lst", "/boot/grub/grub.conf", "/boot/boot/grub/menu.lst");
    private static final List<String> EXTLINUX = List.of(
            "/boot/extlinux/extlinux.conf", "/boot/extlinux.conf", "/extlinux.conf", "/boot/syslinux/syslinux.cfg");
    private static final List<String> EFI = List.of("/boot/efi", "/efi", "/boot");
    private static final int BOOT_CODE = 440;

    private final GuestFiles files;
    private final List<Volume> volumes;
    private final List<AttachedDisk> disks;
    private final Map<String, byte[]> planned;

    private BootLoaders(GuestFiles files, List<Volume> volumes, List<AttachedDisk> disks, Map<String, byte[]> planned) {
        this.planned = planned;
        this.files = files;
        this.volumes = volumes;
        this.disks = disks;
    }

    /** The boot loader of the guest whose tree is {@code files}. */
    public static BootLoader find(GuestFiles files, List<Volume> volumes, List<AttachedDisk> disks) throws IOException {
        return find(files, volumes, disks, Map.of());
    }

    /**
     * As {@link #find(GuestFiles, List, List)}, for files that are to be written first.
     *
     * @param planned their contents by path
     */
    public static BootLoader find(
            GuestFiles files, List<Volume> volumes, List<AttachedDisk> disks, Map<String, byte[]> planned)
            throws IOException {
        return new BootLoaders(files, volumes, disks, planned).find();
    }

    /** The lines of the menu of GRUB 2, as they are now or will be, to be named. */
    public static GrubDefaults defaults(LinuxGuest guest, String configuration, Map<String, byte[]> planned)
            throws IOException {
        BootLoaders loaders = new BootLoaders(guest.files(), guest.volumes(), List.of(), planned);
        GrubInterpreter grub = loaders.grub(configuration, loaders.efiProgram());
        return new GrubDefaults(grub.menu());
    }

    private GrubInterpreter grub(String configuration, Optional<String> efi) throws IOException {
        GrubInterpreter grub =
                new GrubInterpreter(bootFiles(configuration), configuration, efi.isPresent() ? "efi" : "pc");
        grub.run();
        return grub;
    }

    private BootLoader find() throws IOException {
        Optional<PygrubMenu> pygrub = Pygrub.read(files, volumes, planned);
        Optional<String> efi = efiProgram();
        Optional<String> installed = efi.isPresent() ? efi : masterBootRecord();
        Optional<String> path = first(GRUB_2);
        if (path.isPresent()) {
            GrubInterpreter grub = grub(path.get(), efi);
            return new BootLoader(
                    Kind.GRUB_2,
                    installed,
                    path,
                    grub.sources(),
                    GrubMenu.flat(grub.menu()),
                    GrubMenu.chosen(grub.menu(), grub.variable("default")),
                    pygrub);
        }
        path = first(LEGACY);
        if (path.isPresent()) {
            BootFiles bootFiles = bootFiles(path.get());
            LegacyMenu menu = LegacyMenu.parse(bootFiles.text(path.get()).orElse(""), bootFiles);
            Optional<String> saved = bootFiles.text(sibling(path.get(), "default"));
            return new BootLoader(
                    Kind.GRUB_LEGACY, installed, path, List.of(path.get()), menu.entries(), menu.chosen(saved), pygrub);
        }
        path = first(EXTLINUX);
        if (path.isPresent()) {
            BootFiles bootFiles = bootFiles(path.get());
            ExtlinuxMenu menu = ExtlinuxMenu.parse(bootFiles.text(path.get()).orElse(""), path.get(), bootFiles);
            return new BootLoader(
                    Kind.EXTLINUX, installed, path, List.of(path.get()), menu.entries(), menu.chosen(), pygrub);
        }
        return systemdBoot(installed, pygrub);
    }

    private BootLoader systemdBoot(Optional<String> installed, Optional<PygrubMenu> pygrub) throws IOException {
        for (String root : EFI) {
            String configuration = root + "/loader/loader.conf";
            if (files.isRegular(configuration)) {
                BootFiles bootFiles = bootFiles(configuration);
                List<BootEntry> entries = new ArrayList<>();
                for (LoaderEntry entry : LoaderEntry.list(files, root + "/loader/entries")) {
                    entries.add(entry(entry, root, bootFiles));
                }
                String wanted = LoaderEntry.parse(
                                "", bootFiles.text(configuration).orElse(""))
                        .first("default")
                        .orElse("*");
                return new BootLoader(
                        Kind.SYSTEMD_BOOT,
                        installed,
                        Optional.of(configuration),
                        List.of(configuration),
                        entries,
                        entries.stream()
                                .filter(entry -> matches(entry.id().orElse(""), wanted))
                                .findFirst()
                                .or(() -> entries.stream().findFirst()),
                        pygrub);
            }
        }
        return new BootLoader(Kind.NONE, installed, Optional.empty(), List.of(), List.of(), Optional.empty(), pygrub);
    }

    /** Whether an entry's id fits a pattern of systemd-boot, with or without {@code .conf}. */
    private static boolean matches(String id, String pattern) {
        ShellPattern shell = new ShellPattern(pattern);
        return shell.matches(id) || shell.matches(id + ".conf");
    }

    private static BootEntry entry(LoaderEntry entry, String root, BootFiles bootFiles) throws IOException {
        Optional<String> kernel = Optional.empty();
        if (entry.first("linux").isPresent()) {
            kernel = Optional.of(bootFiles.locate(
                    BootFiles.GUEST, root + entry.first("linux").get()));
        }
        List<String> initramfs = new ArrayList<>();
        for (String path : entry.all("initrd")) {
            initramfs.add(bootFiles.locate(BootFiles.GUEST, root + path));
        }
        return new BootEntry(
                List.of(),
                entry.first("title").orElse(entry.id()),
                Optional.of(entry.id()),
                kernel,
                initramfs,
                String.join(" ", entry.all("options")),
                Optional.empty(),
                -1);
    }

    private BootFiles bootFiles(String configuration) throws IOException {
        // A menu that is to be written may be in a folder that is not there yet.
        boolean there = files.isDirectory(configuration.substring(0, configuration.lastIndexOf('/') + 1));
        String place = there ? configuration : "/boot";
        return new BootFiles(files, volumes, files.place(place).volume(), planned);
    }

    private Optional<String> first(List<String> paths) throws IOException {
        for (String path : paths) {
            if (planned.containsKey(path) || files.isRegular(path)) {
                return Optional.of(path);
            }
        }
        return Optional.empty();
    }

    private static String sibling(String path, String name) {
        return path.substring(0, path.lastIndexOf('/') + 1) + name;
    }

    /** A boot loader on the EFI system partition, where that is part of the guest's tree. */
    private Optional<String> efiProgram() throws IOException {
        for (String root : EFI) {
            for (String vendor : files.list(root + "/EFI")) {
                for (String name : files.list(root + "/EFI/" + vendor)) {
                    String lower = name.toLowerCase(Locale.ROOT);
                    if (lower.matches("(grub|shim|boot|systemd-boot)[a-z0-9]*\\.efi")) {
                        return Optional.of(root + "/EFI/" + vendor + "/" + name);
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** GRUB's boot code in the first sector of a disk: both generations hold their name in it. */
    private Optional<String> masterBootRecord() throws IOException {
        for (AttachedDisk attached : disks) {
            VirtualDisk disk = attached.disk();
            if (disk.size() >= BOOT_CODE) {
                ByteBuffer code = ByteBuffer.allocate(BOOT_CODE);
                disk.read(0, code);
                String text = new String(code.array(), StandardCharsets.ISO_8859_1);
                if (text.contains("GRUB ")) {
                    return Optional.of("boot code of " + attached.device());
                }
            }
        }
        return Optional.empty();
    }
}
