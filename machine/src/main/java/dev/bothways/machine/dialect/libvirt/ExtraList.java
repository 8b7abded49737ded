package dev.bothways.machine.dialect.libvirt;

import dev.bothways.machine.Extra;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The extras of a machine, in the order in which they are written: so reading what was written finds them in the same order. */
final class ExtraList {
    /** The key under which a domain's type is kept where the platform does not tell it. */
    static final String TYPE = "domain type";

    static final String DEVICES = "devices/";

    /** libvirt's own order; whatever is not here comes last, by its name. */
    private static final List<String> ORDER = List.of(
            TYPE,
            "name",
            "uuid",
            "genid",
            "title",
            "description",
            "metadata",
            "maxMemory",
            "memory",
            "currentMemory",
            "memoryBacking",
            "blkiotune",
            "memtune",
            "numatune",
            "vcpu",
            "vcpus",
            "iothreads",
            "iothreadids",
            "defaultiothread",
            "cputune",
            "resource",
            "throttlegroups",
            "sysinfo",
            "bootloader",
            "bootloader_args",
            "os/type",
            "os/firmware",
            "os/loader",
            "os/nvram",
            "os/kernel",
            "os/initrd",
            "os/cmdline",
            "os",
            "idmap",
            "features",
            "cpu",
            "clock",
            "on_poweroff",
            "on_reboot",
            "on_crash",
            "on_lockfailure",
            "pm",
            "perf",
            "devices",
            "seclabel",
            "devices/emulator",
            "devices/disk",
            "devices/controller",
            "devices/serial",
            "devices/parallel",
            "devices/console",
            "devices/channel",
            "devices/tpm",
            "devices/graphics",
            "devices/video",
            "devices/hostdev");

    private final List<Extra> extras = new ArrayList<>();

    /** Keeps an element. */
    void add(String key, XmlElement element) {
        extras.add(Fragments.extra(key, element));
    }

    void addAll(List<Extra> more) {
        extras.addAll(more);
    }

    boolean isEmpty() {
        return extras.isEmpty();
    }

    List<Extra> sorted() {
        return sorted(extras);
    }

    static List<Extra> sorted(List<Extra> extras) {
        return extras.stream()
                .sorted(Comparator.comparingInt((Extra extra) -> rank(extra.key()))
                        .thenComparing(extra -> rank(extra.key()) < ORDER.size() ? "" : extra.key()))
                .toList();
    }

    static int rank(String key) {
        int rank = ORDER.indexOf(key);
        return rank < 0 ? ORDER.size() : rank;
    }
}
