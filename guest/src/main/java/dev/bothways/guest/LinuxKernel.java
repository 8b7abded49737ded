package dev.bothways.guest;

import java.io.IOException;
import java.util.Optional;

/**
 * A kernel that a guest can boot. What takes time to find is found when first asked for, and kept; those methods may be called by
 * several threads at once.
 */
public final class LinuxKernel {
    private final String release;
    private final boolean fromHost;
    private final Optional<String> image;
    private final Optional<String> initramfsPath;
    private final Optional<String> modulesDirectory;
    private final Lazy<Enlightenments> enlightenments;
    private final Lazy<KernelConfiguration> configuration;
    private final Lazy<KernelModules> modules;
    private final Lazy<Optional<InitramfsFact>> initramfs;

    /**
     * A kernel of this release.
     *
     * @param release as {@code uname -r} prints it
     * @param fromHost whether image and initramfs are files of the host, not of the guest
     */
    public LinuxKernel(
            String release,
            boolean fromHost,
            Optional<String> image,
            Optional<String> initramfsPath,
            Optional<String> modulesDirectory,
            KernelDetails details) {
        this.release = release;
        this.fromHost = fromHost;
        this.image = image;
        this.initramfsPath = initramfsPath;
        this.modulesDirectory = modulesDirectory;
        this.enlightenments = new Lazy<>(details::enlightenments);
        this.configuration = new Lazy<>(details::configuration);
        this.modules = new Lazy<>(details::modules);
        this.initramfs = new Lazy<>(details::initramfs);
    }

    /** The release as {@code uname -r} prints it: {@code 6.1.0-50-amd64}. */
    public String release() {
        return release;
    }

    /** Whether the host gives it to the guest: then {@link #image} and {@link #initramfsPath} are paths of the host. */
    public boolean fromHost() {
        return fromHost;
    }

    /** Path of the image: {@code /boot/vmlinuz-6.1.0-50-amd64}; empty where only its modules are there. */
    public Optional<String> image() {
        return image;
    }

    /** Path of its initramfs. */
    public Optional<String> initramfsPath() {
        return initramfsPath;
    }

    /** The directory of its modules in the guest, {@code /lib/modules/6.1.0-50-amd64}, where it is there. */
    public Optional<String> modulesDirectory() {
        return modulesDirectory;
    }

    /** What the image can do for a hypervisor. */
    public Enlightenments enlightenments() throws IOException {
        return enlightenments.value();
    }

    /** What it was built with. */
    public KernelConfiguration configuration() throws IOException {
        return configuration.value();
    }

    /** Its modules, built in and on the disk. */
    public KernelModules modules() throws IOException {
        return modules.value();
    }

    /** What its initramfs holds; empty where it has none. */
    public Optional<InitramfsFact> initramfs() throws IOException {
        return initramfs.value();
    }

    /** Where it has the driver of this module name, in either spelling ({@code xen-blkfront}, {@code xen_blkfront}). */
    public DriverAvailability driver(String module) throws IOException {
        String name = KernelModules.canonical(module);
        if (modules().builtIn().contains(name)) {
            return DriverAvailability.BUILT_IN;
        }
        if (initramfs().isPresent() && initramfs().get().modules().containsKey(name)) {
            return DriverAvailability.IN_INITRAMFS;
        }
        return modules().files().containsKey(name) ? DriverAvailability.ON_DISK : DriverAvailability.ABSENT;
    }

    @Override
    public String toString() {
        return "kernel " + release;
    }
}
