package dev.bothways.guest;

import java.io.IOException;
import java.util.Optional;

/** Facts of a kernel that take time to find, so that they are looked for when asked for. */
public interface KernelDetails {

    /** What the image can do. */
    Enlightenments enlightenments() throws IOException;

    /** What it was built with. */
    KernelConfiguration configuration() throws IOException;

    /** Its modules. */
    KernelModules modules() throws IOException;

    /** What its initramfs holds; empty where it has none. */
    Optional<InitramfsFact> initramfs() throws IOException;
}
