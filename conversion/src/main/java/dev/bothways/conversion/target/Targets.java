package dev.bothways.conversion.target;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All targets. A new one is one entry here. */
public final class Targets {
    private static final List<Target> ALL = List.of(
            new XenTarget(),
            new XenserverTarget(),
            new HypervTarget(),
            new VmwareTarget(),
            new KvmTarget(),
            new ProxmoxTarget(),
            new KubevirtTarget(),
            new VirtualboxTarget());

    /** The same hypervisors, with the machine in one file where a folder is usual. */
    private static final List<Target> PACKED =
            List.of(new OvaTarget(new VmwareTarget()), new OvaTarget(new VirtualboxTarget()));

    private Targets() {}

    /** In the order in which people are shown them, each as it usually is. */
    public static List<Target> all() {
        return ALL;
    }

    /** All, and the packed forms of those that are usually a folder. */
    public static List<Target> allForms() {
        return Stream.concat(ALL.stream(), PACKED.stream()).toList();
    }

    /** The target with this {@link Target#id}, in capital letters or small ones. */
    public static Optional<Target> find(String id) {
        return ALL.stream().filter(target -> target.id().equalsIgnoreCase(id)).findFirst();
    }

    /** The target with this {@link Target#id} that packs the machine into a {@link Bundle} with that one. */
    public static Optional<Target> find(String id, String bundle) {
        return allForms().stream()
                .filter(target -> target.id().equalsIgnoreCase(id))
                .filter(target -> target.bundle()
                        .map(Bundle::id)
                        .filter(bundle::equalsIgnoreCase)
                        .isPresent())
                .findFirst();
    }
}
