package dev.bothways.guest.fixup;

import dev.bothways.filesystem.NewFile;
import dev.bothways.guest.DriverAvailability;
import dev.bothways.guest.GuestException;
import dev.bothways.guest.InitramfsFact;
import dev.bothways.guest.KernelModules;
import dev.bothways.guest.LinuxKernel;
import dev.bothways.guest.PlatformNeeds.DriverSet;
import dev.bothways.guest.fixup.VolumeReferences.Form;
import dev.bothways.guest.fixup.VolumeReferences.Search;
import dev.bothways.guest.linux.initramfs.InitramfsAddition;
import dev.bothways.guest.linux.initramfs.InitramfsTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The initramfs gets the drivers of the target's disks where it lacks them: one made for a single machine holds that machine's
 * alone, and the kernel would never see its root file system. An archive is added at the end; the guest's own is untouched, and
 * nothing of the guest is run. The guest's generator is told too, so that its next update keeps them.
 */
final class InitramfsDrivers implements Fixup {
    private static final int LARGEST_INITRAMFS = 1 << 30;
    private static final String DEBIAN_MODULES = "/etc/initramfs-tools/modules";

    @Override
    public String name() {
        return "initramfs drivers";
    }

    @Override
    public void draft(Draft draft) throws IOException {
        Set<String> lacking = new LinkedHashSet<>();
        for (LinuxKernel kernel : draft.guest().kernels()) {
            boolean chosen = draft.guest().defaultKernel().equals(Optional.of(kernel));
            if (kernel.image().isPresent() && hasAnyDriver(draft, kernel, chosen)) {
                try {
                    lacking.addAll(complete(draft, kernel));
                } catch (GuestException e) {
                    tell(draft, chosen, Objects.requireNonNullElse(e.getMessage(), "an initramfs cannot be completed"));
                }
            }
        }
        if (!lacking.isEmpty()) {
            tellGenerator(draft, List.copyOf(lacking));
        }
    }

    /** Whether the kernel can drive the target's disks at all; if not, says so. */
    private static boolean hasAnyDriver(Draft draft, LinuxKernel kernel, boolean chosen) throws IOException {
        boolean initramfs = kernel.initramfsPath().isPresent();
        for (DriverSet set : draft.needs().disk()) {
            DriverAvailability worst = availability(kernel, set);
            if (worst.early() || (initramfs && worst.present())) {
                return true;
            }
        }
        String names = String.join(
                " or ", draft.needs().disk().stream().map(DriverSet::name).toList());
        String platform = draft.target().platform().id();
        String what = "kernel " + kernel.release() + " cannot reach a disk on " + platform + ": "
                + (initramfs
                        ? "it has no driver for one (" + names + ")"
                        : "it has no initramfs to load a driver from (" + names + ")");
        tell(draft, chosen, what + "; install a kernel with that driver in the guest first");
        return false;
    }

    /** What is wrong with the kernel that boots keeps the guest from running; with another one it does not. */
    private static void tell(Draft draft, boolean chosen, String sentence) {
        if (chosen) {
            draft.block(sentence);
        } else {
            draft.warn(sentence);
        }
    }

    private static DriverAvailability availability(LinuxKernel kernel, DriverSet set) throws IOException {
        DriverAvailability worst = DriverAvailability.BUILT_IN;
        for (String module : set.modules()) {
            DriverAvailability one = kernel.driver(module);
            worst = one.compareTo(worst) > 0 ? one : worst;
        }
        return worst;
    }

    /** Completes one kernel's initramfs; gives the modules that were added. */
    private static List<String> complete(Draft draft, LinuxKernel kernel) throws IOException {
        Optional<String> path = initramfsPath(draft, kernel);
        if (path.isEmpty()) {
            return List.of();
        }
        List<String> missing = missing(draft, kernel);
        InitramfsFact fact = kernel.initramfs().orElseThrow();
        if (fact.problem().isPresent()) {
            if (missing.isEmpty()) {
                return List.of();
            }
            throw new GuestException(
                    GuestException.Kind.MALFORMED,
                    fact.problem().get() + "; so no driver can be added to it: let the guest make it anew");
        }
        InitramfsAddition addition = new InitramfsAddition(fact);
        if (!missing.isEmpty()) {
            addition.modules(draft.guest().files(), kernel.modulesDirectory().orElseThrow(), missing);
        }
        names(draft, path.get(), fact.tree(), addition);
        if (!addition.isEmpty()) {
            add(
                    draft,
                    kernel,
                    path.get(),
                    draft.content(path.get(), LARGEST_INITRAMFS).orElseThrow(),
                    addition);
        }
        if (!missing.isEmpty() && isLeftToUdev(fact)) {
            draft.warn("nothing is known of what made " + path.get()
                    + ": the drivers were added to it, and are loaded if it runs udev");
        }
        return missing;
    }

    private static boolean isLeftToUdev(InitramfsFact fact) {
        return fact.generator() == InitramfsFact.Generator.UNKNOWN
                || fact.generator() == InitramfsFact.Generator.MKINITRD;
    }

    /** In the guest's tree: that of a kernel given by the host is where it is copied to, if it is. */
    private static Optional<String> initramfsPath(Draft draft, LinuxKernel kernel) throws IOException {
        Optional<String> path = kernel.initramfsPath();
        if (kernel.fromHost()) {
            path = Optional.of(HostKernel.initramfsPath(kernel.release())).filter(to -> draft.isNew(to));
        }
        return path.isPresent()
                        && draft.exists(path.get())
                        && kernel.initramfs().isPresent()
                ? path
                : Optional.empty();
    }

    /** What the kernel has on the disk and the initramfs lacks, where a way to the disk depends on it. */
    private static List<String> missing(Draft draft, LinuxKernel kernel) throws IOException {
        boolean complete = true;
        Set<String> ofDisks = new LinkedHashSet<>();
        for (DriverSet set : draft.needs().disk()) {
            ofDisks.addAll(set.modules());
            complete &= availability(kernel, set) != DriverAvailability.ON_DISK;
        }
        if (complete) {
            return List.of();
        }
        // Network drivers are loaded from the root file system; all others the platform asks for come along.
        List<String> ofNetwork = draft.needs().network().stream()
                .flatMap(set -> set.modules().stream())
                .toList();
        Set<String> wanted = new LinkedHashSet<>(draft.needs().initramfs());
        wanted.addAll(ofDisks);
        wanted.removeIf(module -> ofNetwork.contains(module) && !ofDisks.contains(module));
        List<String> missing = new ArrayList<>();
        for (String module : wanted) {
            if (kernel.driver(module) == DriverAvailability.ON_DISK) {
                missing.add(KernelModules.canonical(module));
            }
        }
        return missing;
    }

    /** The initramfs keeps copies of what names the swap to wake up from and the encrypted disks. */
    private static void names(Draft draft, String initramfs, InitramfsTree tree, InitramfsAddition addition) {
        VolumeReferences references = new VolumeReferences(draft);
        for (String path : tree.texts()) {
            String text = tree.text(path).orElse("");
            String place = initramfs + ":" + path;
            String stable = path.endsWith("crypttab")
                    ? DiskNames.crypttab(text, place, references)
                    : references.replacedAll(place, text, Search.of(Form.TAG));
            if (!stable.equals(text)) {
                addition.file(path, stable);
            }
        }
    }

    private static void add(
            Draft draft, LinuxKernel kernel, String path, FileContent initramfs, InitramfsAddition addition)
            throws IOException {
        String reason = "the initramfs of kernel " + kernel.release() + " lacks what finds the disks on "
                + draft.target().platform().id();
        if (addition.mustRewrite(kernel.release())) {
            draft.write(path, FileContent.of(addition.rewritten(initramfs.bytes())), NewFile.ROOT_FILE, reason);
        } else {
            FileContent appendage = FileContent.of(addition.appendage(initramfs.size()));
            draft.append(path, appendage, addition.contents(), reason);
        }
    }

    /** What the guest's own tools put into the initramfs when they make it anew. */
    private static void tellGenerator(Draft draft, List<String> modules) throws IOException {
        String reason = "the guest's next initramfs must hold the drivers too";
        Optional<String> debian = draft.text(DEBIAN_MODULES);
        if (debian.isPresent()) {
            List<String> named = debian.get()
                    .lines()
                    .map(String::strip)
                    .map(KernelModules::canonical)
                    .toList();
            StringBuilder text = new StringBuilder(debian.get());
            modules.stream()
                    .filter(module -> !named.contains(module))
                    .forEach(module -> text.append(text.isEmpty() || text.charAt(text.length() - 1) == '\n' ? "" : "\n")
                            .append(module)
                            .append('\n'));
            draft.write(DEBIAN_MODULES, text.toString(), reason);
        }
        if (draft.isDirectory("/etc/dracut.conf.d") || draft.exists("/etc/dracut.conf")) {
            draft.write(
                    "/etc/dracut.conf.d/90-bothways-"
                            + draft.target().platform().id() + ".conf",
                    "# Drivers of " + draft.target().platform().id() + ".\nadd_drivers+=\" " + String.join(" ", modules)
                            + " \"\n",
                    reason);
        }
        if (draft.exists("/etc/mkinitcpio.conf")) {
            draft.write(
                    "/etc/mkinitcpio.conf.d/90-bothways-"
                            + draft.target().platform().id() + ".conf",
                    "# Drivers of " + draft.target().platform().id() + ".\nMODULES+=(" + String.join(" ", modules)
                            + ")\n",
                    reason);
        }
    }
}
