package dev.bothways.conversion.readers;

import dev.bothways.conversion.target.Target;
import dev.bothways.machine.Platform;
import java.util.Map;
import java.util.Optional;

/**
 * What a target's own reader makes of a definition, by the rules in {@code docs/formats}: written from these, and not from our
 * dialects, which read more.
 */
public interface TargetReader {

    /**
     * What it takes, by the names that a plan has for items; hard disks are called {@code disk 1} and so on, in the order of their
     * files' names.
     *
     * @throws RefusedException where the target refuses the definition
     */
    Map<String, String> read(String definition);

    /** Whether it takes an item that our record has no word for. */
    default boolean takesExtra(String item) {
        return true;
    }

    /** Whether {@link #read} gives all that the target takes; else only what is easily got wrong. */
    default boolean whole() {
        return false;
    }

    /** The reader of a target, where there is one. */
    static Optional<TargetReader> of(Target target, Platform platform) {
        boolean packed = target.bundle().isPresent();
        return switch (target.id()) {
            case "virtualbox" -> packed ? Optional.of(new OvfImporter(false)) : Optional.empty();
            case "vmware" -> Optional.of(packed ? new OvfImporter(true) : new VmxReader());
            case "proxmox" -> Optional.of(new QmReader());
            case "hyperv" -> Optional.of(new HypervScript(platform));
            // libvirt, xl and the schema of KubeVirt are asked themselves, by other tests.
            default -> Optional.empty();
        };
    }

    /** The target would refuse it. */
    final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        RefusedException(String why) {
            super(why);
        }
    }

    /** Refuses unless this holds. */
    static void require(boolean holds, String why) {
        if (!holds) {
            throw new RefusedException(why);
        }
    }
}
