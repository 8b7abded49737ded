package dev.bothways.guest.linux.kernel;

import dev.bothways.disk.InputException;
import dev.bothways.guest.Enlightenments;
import dev.bothways.guest.Enlightenments.Ability;
import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.InitramfsFact;
import dev.bothways.guest.KernelConfiguration;
import dev.bothways.guest.KernelDetails;
import dev.bothways.guest.KernelModules;
import dev.bothways.guest.linux.initramfs.InitramfsReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Finds the facts of one kernel.
 *
 * @param image the image and the path to name it by; empty where only modules are there
 * @param initial the same of its initramfs
 */
record KernelFacts(
        String release,
        GuestFiles files,
        Optional<NamedFile> image,
        Optional<NamedFile> initial,
        Optional<String> modulesDirectory)
        implements KernelDetails {
    private static final int LARGEST_CONFIGURATION = 4 << 20;

    /** A file and the path that users know it by. */
    record NamedFile(String path, ByteSource bytes) {}

    @Override
    public Enlightenments enlightenments() throws IOException {
        Optional<String> path = configurationPath();
        SortedMap<Ability, String> evidence = new TreeMap<>();
        if (path.isPresent()) {
            KernelConfiguration configuration = configuration();
            if (configuration.known()) {
                for (Ability ability : Ability.values()) {
                    Configurations.shows(configuration, release, ability)
                            .ifPresent(option -> evidence.put(ability, option + " in " + path.get()));
                }
                return new Enlightenments(evidence, Optional.empty());
            }
        }
        return fromImage(evidence);
    }

    /** Without a configuration: the image's notes, and modules that a kernel has only together with the ability. */
    private Enlightenments fromImage(SortedMap<Ability, String> evidence) throws IOException {
        KernelModules modules = modules();
        module(modules, "hv_vmbus").ifPresent(found -> evidence.put(Ability.HYPERV, found));
        module(modules, "xen_blkfront").ifPresent(found -> evidence.put(Ability.XEN_PVHVM, found));
        if (image.isEmpty()) {
            return new Enlightenments(evidence, Optional.empty());
        }
        String path = image.get().path();
        try {
            XenNotes notes = XenNotes.read(image.get().bytes());
            if (notes.pv()) {
                evidence.put(Ability.XEN_PV, "note XEN_ELFNOTE_ENTRY in " + path);
            }
            if (notes.pvh()) {
                evidence.put(Ability.XEN_PVH, "note XEN_ELFNOTE_PHYS32_ENTRY in " + path);
            }
            return new Enlightenments(evidence, Optional.empty());
        } catch (InputException e) {
            throw e;
        } catch (IOException e) {
            return new Enlightenments(evidence, Optional.of(path + " cannot be looked into: " + e.getMessage()));
        }
    }

    private static Optional<String> module(KernelModules modules, String name) {
        if (modules.builtIn().contains(name)) {
            return Optional.of("the driver " + name + " is built in");
        }
        return Optional.ofNullable(modules.files().get(name)).map(file -> "the module " + file);
    }

    @Override
    public KernelConfiguration configuration() throws IOException {
        Optional<String> path = configurationPath();
        return path.isEmpty()
                ? KernelConfiguration.NONE
                : Configurations.parse(
                        files.text(path.get(), LARGEST_CONFIGURATION).orElse(""));
    }

    private Optional<String> configurationPath() throws IOException {
        for (String path : List.of("/boot/config-" + release, "/lib/modules/" + release + "/config")) {
            if (files.isRegular(path)) {
                return Optional.of(path);
            }
        }
        return Optional.empty();
    }

    @Override
    public KernelModules modules() throws IOException {
        return modulesDirectory.isPresent()
                ? ModuleLists.read(files, modulesDirectory.get())
                : new KernelModules(Set.of(), new TreeMap<>());
    }

    @Override
    public Optional<InitramfsFact> initramfs() throws IOException {
        if (initial.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = initial.get().bytes().open()) {
            return Optional.of(InitramfsReader.read(initial.get().path(), release, in));
        }
    }
}
