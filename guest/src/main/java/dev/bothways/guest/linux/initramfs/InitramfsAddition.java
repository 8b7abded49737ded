package dev.bothways.guest.linux.initramfs;

import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.InitramfsFact;
import dev.bothways.guest.KernelModules;
import dev.bothways.guest.linux.compression.Compression;
import dev.bothways.guest.linux.compression.CountedInput;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * A cpio archive that adds to an initramfs what it lacks. The kernel unpacks it after what is there, so a file in it replaces
 * one of the same name: a file that is to grow goes in whole. Directories that are there are not named again, because a
 * directory would take the place of a link of its name ({@code lib}).
 */
public final class InitramfsAddition {
    private static final int LARGEST_INDEX = 64 << 20;
    private static final int ALIGNMENT = 4;
    private static final Pattern VERSION = Pattern.compile("([0-9]{1,4})\\.([0-9]{1,4})");

    private final InitramfsTree tree;
    private final InitramfsFact fact;
    private final SortedMap<String, byte[]> added = new TreeMap<>();
    private final List<String> contents = new ArrayList<>();

    /** An archive, empty yet, for this initramfs, which was read whole. */
    public InitramfsAddition(InitramfsFact fact) {
        this.tree = fact.tree();
        this.fact = fact;
    }

    /** Whether nothing has been added. */
    public boolean isEmpty() {
        return added.isEmpty();
    }

    /** What has been added, for people: a line for each module or file. */
    public List<String> contents() {
        return List.copyOf(contents);
    }

    /** Adds or replaces a file; its directories come with it. */
    public void file(String path, String text) {
        put(path, text.getBytes(StandardCharsets.ISO_8859_1));
        contents.add("file " + path);
    }

    private void put(String path, byte[] content) {
        added.put(tree.resolved(path), content);
    }

    /**
     * Adds modules with all that they need, the lists by which modprobe finds modules, and the order to load {@code wanted}.
     * What the initramfs holds already is not added; what the kernel does not have is left out.
     *
     * @param directory the kernel's modules in the guest: {@code /lib/modules/6.1.0-50-amd64}
     * @param wanted names of modules, in the order in which they shall be loaded
     */
    public void modules(GuestFiles files, String directory, Collection<String> wanted) throws IOException {
        ModuleDependencies dependencies = new ModuleDependencies(
                index(files, directory, "modules.dep"),
                index(files, directory, "modules.softdep"),
                index(files, directory, "modules.alias"),
                index(files, directory, "modules.builtin"));
        String base = base(directory);
        Map<String, String> paths = new LinkedHashMap<>();
        dependencies.paths().forEach((module, path) -> paths.put(module, ModuleFile.uncompressed(path)));
        // Those that are there keep the names under which they are there.
        fact.modules().forEach((module, path) -> paths.computeIfPresent(module, (name, old) -> relative(base, path)));
        for (String module : dependencies.closure(wanted)) {
            if (!fact.holds(module)) {
                String source = dependencies.path(module).orElseThrow();
                put(base + "/" + paths.get(module), ModuleFile.read(files, directory + "/" + source));
                contents.add("module " + module);
            }
        }
        lists(files, directory, base, dependencies, paths);
        load(wanted.stream()
                .map(KernelModules::canonical)
                .filter(paths::containsKey)
                .toList());
    }

    private static String index(GuestFiles files, String directory, String name) throws IOException {
        String path = directory + "/" + name;
        return files.isRegular(path) ? new String(files.readAll(path, LARGEST_INDEX), StandardCharsets.ISO_8859_1) : "";
    }

    /** Where modules are in the initramfs, without a leading slash. */
    private String base(String directory) {
        String release = directory.substring(directory.lastIndexOf('/') + 1);
        String folder = "lib/modules/" + release;
        for (String path : fact.modules().values()) {
            int at = path.indexOf(folder + "/");
            if (at >= 0) {
                return path.substring(0, at + folder.length());
            }
        }
        return tree.resolved(folder);
    }

    private static String relative(String base, String path) {
        return path.startsWith(base + "/") ? path.substring(base.length() + 1) : "/" + path;
    }

    /** All of {@code modules.*}: modprobe and udev look modules up in them, and the initramfs's own know none of the new ones. */
    private void lists(
            GuestFiles files, String directory, String base, ModuleDependencies dependencies, Map<String, String> paths)
            throws IOException {
        for (String name : files.list(directory)) {
            String path = directory + "/" + name;
            if (name.startsWith("modules.") && !name.startsWith("modules.dep") && files.isRegular(path)) {
                put(base + "/" + name, files.readAll(path, LARGEST_INDEX));
                Optional<byte[]> binary = ModuleIndex.of(name, index(files, directory, name));
                if (binary.isPresent() && !files.isRegular(path + ".bin")) {
                    put(base + "/" + name + ".bin", binary.get());
                }
            }
        }
        String text = dependencies.text(paths);
        put(base + "/modules.dep", text.getBytes(StandardCharsets.ISO_8859_1));
        boolean same =
                text.equals(index(files, directory, "modules.dep")) && files.isRegular(directory + "/modules.dep.bin");
        put(
                base + "/modules.dep.bin",
                same
                        ? files.readAll(directory + "/modules.dep.bin", LARGEST_INDEX)
                        : ModuleIndex.of("modules.dep", text).orElseThrow());
        contents.add("lists modules.* of " + base);
    }

    /**
     * Has the modules loaded before the root file system is looked for. udev loads a driver when its device shows itself, but
     * not every initramfs has udev, and an old bus does not always show its devices.
     */
    private void load(List<String> modules) {
        switch (fact.generator()) {
            case INITRAMFS_TOOLS -> {
                String present = tree.text("conf/modules").orElse("");
                String separator = present.isEmpty() || present.endsWith("\n") ? "" : "\n";
                List<String> missing = modules.stream()
                        .filter(module -> present.lines()
                                .map(String::strip)
                                .map(KernelModules::canonical)
                                .noneMatch(module::equals))
                        .toList();
                if (!missing.isEmpty()) {
                    file("conf/modules", present + separator + String.join("\n", missing) + "\n");
                }
            }
            // Read by dracut's own scripts, with systemd and without.
            case DRACUT -> file("etc/cmdline.d/20-bothways.conf", "rd.driver.pre=" + String.join(",", modules) + "\n");
            case MKINITCPIO -> {
                String present = tree.text("config").orElse("");
                String separator = present.isEmpty() || present.endsWith("\n") ? "" : "\n";
                file("config", present + separator + "MODULES=\"$MODULES " + String.join(" ", modules) + "\"\n");
            }
            // Alpine's loads drivers by the devices that it finds; the others are left to udev.
            case MKINITFS, MKINITRD, UNKNOWN -> {}
        }
    }

    /** The archive with the directories that its files need. */
    public byte[] archive() {
        TreeSet<String> directories = new TreeSet<>();
        for (String path : added.keySet()) {
            for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
                if (!tree.isDirectory(path.substring(0, slash))) {
                    directories.add(path.substring(0, slash));
                }
            }
        }
        CpioWriter writer = new CpioWriter();
        directories.forEach(writer::directory);
        added.forEach(writer::file);
        return writer.finish();
    }

    /**
     * What to add at the end of the initramfs's file: zeros up to where the kernel expects an archive to begin, and the archive.
     *
     * @param length of the initramfs as it is, in bytes
     */
    public byte[] appendage(long length) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int padding = (int) Math.floorMod(-length, (long) ALIGNMENT);
        if (lastCompression().equals("lz4")) {
            // Legacy lz4 has no end mark: kernels since 5.12 take a block of length 0 for it.
            padding += 2 * ALIGNMENT;
        }
        bytes.writeBytes(new byte[padding]);
        bytes.writeBytes(archive());
        return bytes.toByteArray();
    }

    private String lastCompression() {
        return fact.archives().isEmpty() ? "none" : fact.archives().getLast().compression();
    }

    /**
     * Whether nothing can be added behind what is there: a kernel of this release takes whatever follows legacy lz4 for more of it.
     * Since 5.12 a block of length 0 ends it.
     */
    public boolean mustRewrite(String release) {
        if (!lastCompression().equals("lz4")) {
            return false;
        }
        Matcher version = VERSION.matcher(release);
        return !version.lookingAt()
                || Integer.parseInt(version.group(1)) < 5
                || (version.group(1).equals("5") && Integer.parseInt(version.group(2)) < 12);
    }

    /** The whole initramfs with the archive, its last part compressed by gzip in place of lz4. */
    public byte[] rewritten(byte[] initramfs) throws IOException {
        int offset = Math.toIntExact(fact.archives().getLast().offset());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(initramfs, 0, offset);
        ByteArrayInputStream last = new ByteArrayInputStream(initramfs, offset, initramfs.length - offset);
        try (InputStream plain = Compression.LZ4.open(new CountedInput(last));
                GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            plain.transferTo(gzip);
        }
        bytes.writeBytes(new byte[Math.floorMod(-bytes.size(), ALIGNMENT)]);
        bytes.writeBytes(archive());
        return bytes.toByteArray();
    }
}
