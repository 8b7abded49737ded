package dev.bothways.guest.linux.kernel;

import dev.bothways.disk.HostFile;
import dev.bothways.guest.BootEntry;
import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.HostBoot;
import dev.bothways.guest.LinuxKernel;
import dev.bothways.guest.Place;
import dev.bothways.guest.linux.kernel.KernelFacts.NamedFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the kernels of a guest: images in {@code /boot} or named by the boot menu, modules in {@code /lib/modules}. */
public final class Kernels {
    private static final List<String> PREFIXES =
            List.of("vmlinuz-", "vmlinux-", "bzImage-", "kernel-", "Image-", "zImage-", "vmlinuz");
    private static final String MODULES = "/lib/modules";

    /** The directories of a real guest hold a few; a hostile one must not keep us. */
    private static final int MOST_KERNELS = 256;

    private final GuestFiles files;
    private final List<BootEntry> entries;

    private Kernels(GuestFiles files, List<BootEntry> entries) {
        this.files = files;
        this.entries = entries;
    }

    /**
     * The kernels: that of the host first, then that of {@code chosen}, then newest first; those of which only modules are there last.
     *
     * @param entries the boot menu, which tells the initramfs of a kernel
     * @param chosen what boots when nobody chooses
     */
    public static List<LinuxKernel> find(
            GuestFiles files, List<BootEntry> entries, Optional<BootEntry> chosen, Optional<HostBoot> hostBoot)
            throws IOException {
        return new Kernels(files, entries).find(chosen, hostBoot);
    }

    private List<LinuxKernel> find(Optional<BootEntry> chosen, Optional<HostBoot> hostBoot) throws IOException {
        List<LinuxKernel> found = new ArrayList<>();
        if (hostBoot.isPresent()) {
            found.add(ofHost(hostBoot.get()));
        }
        Map<String, LinuxKernel> byRelease = new LinkedHashMap<>();
        for (String image : images(chosen)) {
            LinuxKernel kernel = ofImage(image);
            byRelease.putIfAbsent(kernel.release(), kernel);
        }
        Optional<LinuxKernel> first = chosen.flatMap(BootEntry::kernel)
                .flatMap(path -> byRelease.values().stream()
                        .filter(kernel -> kernel.image().orElse("").equals(path))
                        .findFirst());
        first.ifPresent(found::add);
        byRelease.values().stream()
                .filter(kernel -> first.isEmpty() || kernel != first.get())
                .sorted(Comparator.comparing(LinuxKernel::release, new ReleaseOrder())
                        .reversed())
                .forEach(found::add);
        Set<String> known = new HashSet<>(byRelease.keySet());
        files.list(MODULES).stream()
                .filter(release -> !known.contains(release))
                .sorted(new ReleaseOrder().reversed())
                .limit(MOST_KERNELS)
                .forEach(release -> found.add(ofModules(release)));
        return List.copyOf(found);
    }

    /** Images by path, one path for each file; the chosen entry's own spelling of it comes first and so wins. */
    private List<String> images(Optional<BootEntry> chosen) throws IOException {
        List<String> candidates = new ArrayList<>();
        chosen.flatMap(BootEntry::kernel).ifPresent(candidates::add);
        for (String name : files.list("/boot")) {
            if (PREFIXES.stream().anyMatch(name::startsWith) && !name.endsWith(".hmac") && !name.endsWith(".sig")) {
                candidates.add("/boot/" + name);
            }
        }
        entries.forEach(entry -> entry.kernel().ifPresent(candidates::add));
        List<String> images = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String path : candidates) {
            if (images.size() < MOST_KERNELS && path.startsWith("/") && files.isRegular(path)) {
                Place place = files.place(path);
                if (seen.add(place.volume().device() + place.path())) {
                    images.add(path);
                }
            }
        }
        return images;
    }

    private LinuxKernel ofImage(String path) throws IOException {
        ByteSource bytes = () -> files.open(path);
        String release = release(path, bytes);
        Optional<String> initramfs = initramfs(path, release);
        Optional<String> modules = modulesDirectory(release);
        KernelFacts facts = new KernelFacts(
                release,
                files,
                Optional.of(new NamedFile(path, bytes)),
                initramfs.map(file -> new NamedFile(file, () -> files.open(file))),
                modules);
        return new LinuxKernel(release, false, Optional.of(path), initramfs, modules, facts);
    }

    private LinuxKernel ofHost(HostBoot boot) throws IOException {
        String path = boot.kernel().toString();
        ByteSource bytes = () -> HostFile.stream(boot.kernel());
        String release = release(path, bytes);
        Optional<String> modules = modulesDirectory(release);
        Optional<String> initramfs = boot.initramfs().map(Object::toString);
        KernelFacts facts = new KernelFacts(
                release,
                files,
                Optional.of(new NamedFile(path, bytes)),
                boot.initramfs().map(file -> new NamedFile(file.toString(), () -> HostFile.stream(file))),
                modules);
        return new LinuxKernel(release, true, Optional.of(path), initramfs, modules, facts);
    }

    private LinuxKernel ofModules(String release) {
        Optional<String> modules = Optional.of(MODULES + "/" + release);
        KernelFacts facts = new KernelFacts(release, files, Optional.empty(), Optional.empty(), modules);
        return new LinuxKernel(release, false, Optional.empty(), Optional.empty(), modules, facts);
    }

    private Optional<String> modulesDirectory(String release) throws IOException {
        String path = MODULES + "/" + release;
        return files.isDirectory(path) ? Optional.of(path) : Optional.empty();
    }

    /** The release that the image itself gives; of images that give none, what the name says. */
    private static String release(String path, ByteSource bytes) throws IOException {
        Optional<String> own = BootHeader.read(bytes.head(BootHeader.HEAD)).flatMap(BootHeader::release);
        if (own.isPresent()) {
            return own.get();
        }
        String name = path.substring(path.lastIndexOf('/') + 1);
        int dash = name.indexOf('-');
        return dash > 0 && dash + 1 < name.length() ? name.substring(dash + 1) : name;
    }

    /** What the menu loads together with the image; else the file that distributions name after the release or the image. */
    private Optional<String> initramfs(String image, String release) throws IOException {
        for (BootEntry entry : entries) {
            if (entry.kernel().orElse("").equals(image) && !entry.initramfs().isEmpty()) {
                String last = entry.initramfs().getLast();
                if (files.isRegular(last)) {
                    return Optional.of(last);
                }
            }
        }
        String name = image.substring(image.lastIndexOf('/') + 1);
        String flavour = name.contains("-") ? name.substring(name.indexOf('-') + 1) : release;
        for (String tail : List.of(release, flavour)) {
            for (String path : List.of(
                    "/boot/initrd.img-" + tail,
                    "/boot/initramfs-" + tail + ".img",
                    "/boot/initrd-" + tail,
                    "/boot/initramfs-" + tail,
                    "/boot/initrd-" + tail + ".img")) {
                if (files.isRegular(path)) {
                    return Optional.of(path);
                }
            }
        }
        return Optional.empty();
    }
}
