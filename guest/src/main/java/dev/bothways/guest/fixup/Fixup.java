package dev.bothways.guest.fixup;

import java.io.IOException;

/**
 * A change that some guests need on some hardware. It looks at facts of the guest and at the target alone, reads and never
 * writes, and asks for nothing where the guest is already as it should be: planned again on its own result it gives nothing.
 */
interface Fixup {

    /** The name that plans and manifests show. */
    String name();

    /** Adds what this guest needs to the draft, seeing what fix-ups before it have asked for. */
    void draft(Draft draft) throws IOException;
}
