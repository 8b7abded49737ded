package dev.bothways.machine.dialect;

import dev.bothways.machine.Extra;
import dev.bothways.machine.dialect.hyperv.HypervDialect;
import dev.bothways.machine.dialect.kubevirt.KubevirtDialect;
import dev.bothways.machine.dialect.libvirt.LibvirtDialect;
import dev.bothways.machine.dialect.ovf.OvfDialect;
import dev.bothways.machine.dialect.proxmox.ProxmoxDialect;
import dev.bothways.machine.dialect.vbox.VboxDialect;
import dev.bothways.machine.dialect.vmx.VmxDialect;
import dev.bothways.machine.dialect.xapi.XapiDialect;
import dev.bothways.machine.dialect.xl.XlDialect;
import dev.bothways.machine.dialect.xl.XlJsonDialect;
import java.util.List;
import java.util.Optional;

/** All dialects. A new one is one entry here. */
public final class Dialects {
    /** Those that know their files by a mark go before xl's, which have none. */
    private static final List<Dialect> ALL = List.of(
            new HypervDialect(),
            new LibvirtDialect(),
            new OvfDialect(),
            new VmxDialect(),
            new VboxDialect(),
            new XapiDialect(),
            new XlJsonDialect(),
            new KubevirtDialect(),
            new ProxmoxDialect(),
            new XlDialect());

    private Dialects() {}

    /** In the order in which files are offered to them. */
    public static List<Dialect> all() {
        return ALL;
    }

    /** The dialect with this {@link Dialect#id}. */
    public static Optional<Dialect> find(String id) {
        return ALL.stream().filter(dialect -> dialect.id().equals(id)).findFirst();
    }

    /** What of an extra may go to another host, as its dialect says it ({@link Dialect#withoutHost}). */
    public static Optional<Extra> withoutHost(Extra extra) {
        return find(extra.dialect())
                .map(dialect -> dialect.withoutHost(extra))
                .orElseGet(() -> Optional.of(extra).filter(unknown -> !HostPaths.in(unknown.value())));
    }

    /** The dialect whose file this looks like. */
    public static Optional<Dialect> of(byte[] content) {
        return ALL.stream().filter(dialect -> dialect.recognizes(content)).findFirst();
    }
}
