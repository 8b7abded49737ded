package dev.bothways.conversion.target;

import java.util.List;
import java.util.Optional;

/** All targets. A new one is one entry here. */
public final class Targets {
    private static final List<Target> ALL = List.of(
            new XenTarget(),
            new XenserverTarget(),
            new HypervTarget(),
            new VmwareTarget(),
            new KvmTarget(),
            new ProxmoxTarget(),
            new VirtualboxTarget());

    private Targets() {}

    /** In the order in which people are shown them. */
    public static List<Target> all() {
        return ALL;
    }

    /** The target with this {@link Target#id}. */
    public static Optional<Target> find(String id) {
        return ALL.stream().filter(target -> target.id().equals(id)).findFirst();
    }
}
