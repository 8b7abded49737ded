package dev.bothways.machine.dialect.libvirt;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Clock;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import dev.bothways.machine.dialect.Written;
import dev.bothways.machine.dialect.xml.XmlElement;
import dev.bothways.machine.dialect.xml.XmlWriter;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Writes a domain, in libvirt's own order. */
final class DomainWriter {
    private static final long KIBIBYTE = 1024;
    private static final long MEBIBYTE = 1L << 20;
    private static final Set<String> NESTING = Set.of("vmx", "svm");

    private final Machine machine;
    private final DomainOutput out;

    /** @throws IllegalArgumentException if libvirt's domains of KVM and Xen have no room for the machine */
    DomainWriter(Machine machine) {
        switch (machine.platform()) {
            case KVM -> requireFirmware(machine, true);
            case XEN_HVM -> requireFirmware(machine, true);
            case XEN_PV, XEN_PVH -> requireFirmware(machine, false);
            case HYPERV_GEN1, HYPERV_GEN2, VMWARE, VIRTUALBOX ->
                throw new IllegalArgumentException(
                        "libvirt's XML is not written for " + machine.platform().id());
        }
        this.machine = machine;
        this.out = new DomainOutput(machine);
    }

    private static void requireFirmware(Machine machine, boolean emulated) {
        boolean fits = switch (machine.firmware()) {
            case Firmware.Bios ignored -> emulated;
            case Firmware.Uefi ignored -> emulated;
            case Firmware.DirectKernel ignored -> true;
            case Firmware.HostBootLoader ignored -> !emulated;
            case Firmware.ParavirtualGrub ignored -> !emulated;
        };
        if (!fits) {
            throw new IllegalArgumentException(machine.platform().id() + " has no room for "
                    + (emulated ? "a boot loader of a Xen host" : "firmware"));
        }
    }

    Written write() {
        identity();
        memory();
        processors();
        clock();
        features();
        Boot boot = boot();
        new FirmwareWriter(machine, out).write(boot == Boot.BY_CLASS);
        new DeviceWriter(machine, out, boot == Boot.BY_NUMBER).write();
        XmlElement domain = out.domain();
        return new Written(XmlWriter.element(domain, Fragments.prefixes(domain)), out.lost());
    }

    private void identity() {
        String name = machine.name().replace('\n', ' ').replace('/', '_');
        if (name.isBlank()) {
            name = "machine";
        }
        if (!name.equals(machine.name())) {
            out.lose("name", "holds slashes or line breaks, or nothing, which libvirt refuses in names");
        }
        out.child("name", name);
        machine.uuid().ifPresent(uuid -> out.child("uuid", uuid));
        machine.description().filter(text -> !text.isBlank()).ifPresent(text -> out.child("description", text));
        machine.guestOs().ifPresent(this::guestOs);
    }

    private void guestOs(String guestOs) {
        boolean kept = out.kept("metadata").stream()
                .anyMatch(metadata -> OsInfo.ofMetadata(metadata).equals(Optional.of(guestOs)));
        if (kept) {
            return;
        }
        Optional<XmlElement> metadata = OsInfo.id(guestOs)
                .map(id ->
                        XmlElement.builder("metadata").child(OsInfo.element(id)).build());
        metadata.ifPresent(out::child);
        if (metadata.flatMap(OsInfo::ofMetadata).filter(guestOs::equals).isEmpty()) {
            out.lose("guest operating system " + guestOs, "has no id of libosinfo that says as much");
        }
    }

    private void memory() {
        Memory memory = machine.memory();
        out.child(bytes("memory", memory.maximum()));
        if (memory.startup() != memory.maximum()) {
            out.child(bytes("currentMemory", memory.startup()));
        }
        if (memory.minimum() != memory.startup()) {
            out.lose("minimum of dynamic memory", "has no word in libvirt's XML");
        }
    }

    private static XmlElement bytes(String name, long bytes) {
        boolean even = bytes % MEBIBYTE == 0;
        return XmlElement.builder(name)
                .attribute("unit", even ? "MiB" : "KiB")
                .text(even ? bytes / MEBIBYTE : Math.ceilDiv(bytes, KIBIBYTE))
                .build();
    }

    private void processors() {
        Processors processors = machine.processors();
        Platform platform = machine.platform();
        out.child(ProcessorForm.vcpu(processors));
        Values quiet = new Values("");
        whole(
                "cpu",
                ProcessorForm.cpu(processors, platform),
                cpu -> ProcessorForm.saysTheSame(cpu, processors, platform, quiet),
                child -> child.name().equals("topology")
                        || NESTING.contains(child.attribute("name").orElse("")));
        whole(
                "cputune",
                ProcessorForm.tune(processors, platform),
                tune -> ProcessorForm.tunesTheSame(tune, processors, platform, quiet),
                child -> ProcessorForm.TUNE_WORDS.contains(child.name()));
    }

    private void clock() {
        Clock clock = machine.clock();
        Values quiet = new Values("");
        List<XmlElement> kept = out.take("clock", "the clock", element -> ClockForm.says(element, clock, quiet));
        out.child(kept.isEmpty() ? ClockForm.write(clock) : kept.getFirst());
    }

    /**
     * An element that is kept whole where it says more than the record: it is written as it is if it says what the record
     * says, else without what the record has words for.
     */
    private void whole(
            String key, Optional<XmlElement> usual, Predicate<XmlElement> says, Predicate<XmlElement> words) {
        Optional<XmlElement> kept = out.takeFirst(key, element -> true);
        Optional<XmlElement> element = kept;
        if (kept.isEmpty()) {
            element = usual;
        } else if (!says.test(kept.get())) {
            XmlElement rest = Fragments.without(kept.get(), words);
            element = Optional.of(usual.isPresent() ? Fragments.merged(rest, usual.get()) : rest);
        }
        element.filter(found -> !Fragments.isEmpty(found)).ifPresent(out::child);
    }

    /** What a whole computer has: those of QEMU and of Xen's HVM. */
    static Optional<XmlElement> features(Platform platform) {
        XmlElement.Builder features = XmlElement.builder("features");
        return switch (platform) {
            case KVM -> Optional.of(features.child("acpi", "").child("apic", "").build());
            case XEN_HVM ->
                Optional.of(features.child("acpi", "")
                        .child("apic", "")
                        .child("pae", "")
                        .build());
            case XEN_PV, XEN_PVH, HYPERV_GEN1, HYPERV_GEN2, VMWARE, VIRTUALBOX -> Optional.empty();
        };
    }

    private void features() {
        whole("features", features(machine.platform()), kept -> true, child -> false);
    }

    private enum Boot {
        BY_CLASS,
        BY_NUMBER,
        /** By the numbers that are kept, or not at all. */
        AS_KEPT
    }

    private Boot boot() {
        if (machine.platform() == Platform.XEN_PV || machine.platform() == Platform.XEN_PVH) {
            if (!machine.bootOrder().isEmpty()) {
                out.lose("boot order", "means nothing without firmware");
            }
            return Boot.AS_KEPT;
        }
        boolean kept = out.keepsBootNumber()
                || machine.disks().stream().map(Disk::extras).anyMatch(BootOrder::hasNumber)
                || machine.nics().stream().map(Nic::extras).anyMatch(BootOrder::hasNumber);
        if (kept) {
            return Boot.AS_KEPT;
        }
        Set<Integer> flagged = new HashSet<>();
        for (int i = 0; i < machine.disks().size(); i++) {
            if (machine.disks().get(i).boot()) {
                flagged.add(i);
            }
        }
        Set<Integer> usual = BootOrder.usual(machine.disks(), machine.firmware(), machine.bootOrder(), out.flavour());
        boolean byClass = usual.equals(flagged) || !DomainReader.hasFirmware(machine.firmware());
        return byClass || flagged.isEmpty() ? Boot.BY_CLASS : Boot.BY_NUMBER;
    }

    /** libvirt's word for a class of devices. */
    static String word(BootDevice device) {
        return switch (device) {
            case DISK -> "hd";
            case CDROM -> "cdrom";
            case NETWORK -> "network";
            case FLOPPY -> "fd";
        };
    }
}
