package dev.bothways.machine.dialect.libvirt;

import dev.bothways.machine.Clock;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads a {@code <domain>}. */
final class DomainReader {
    private static final Set<String> ELSEWHERE = Set.of("os", "devices");
    private static final long MOST_BYTES = 1L << 60;
    private static final XmlElement NO_TYPE = XmlElement.builder("type").build();

    private final Remains domain;
    private final Flavour flavour;
    private final Values values;
    private final ExtraList extras = new ExtraList();

    private DomainReader(XmlElement domain, Flavour flavour, Values values) {
        this.domain = Remains.of(domain);
        this.flavour = flavour;
        this.values = values;
    }

    /** The machine that a domain describes. */
    static Machine read(XmlElement domain, Values values) throws DefinitionException {
        String type = domain.attribute("type")
                .orElseThrow(() -> values.wrong(domain, "has no type, which names the hypervisor, like kvm"));
        Flavour flavour = Flavour.of(type)
                .orElseThrow(() -> values.wrong(
                        domain,
                        "is of the type '" + type
                                + "', and only domains of kvm, qemu, hvf, xen, vmware, vbox and hyperv are read"));
        return new DomainReader(domain, flavour, values).machine();
    }

    private Machine machine() throws DefinitionException {
        domain.take("type");
        domain.take("id");
        String name = domain.textOf("name")
                .orElseThrow(() -> values.wrong(domain.element(), "has no name: add <name>web01</name>"));
        FirmwareReader.Read firmware = FirmwareReader.read(domain, flavour, values);
        Machine.Builder machine = Machine.builder(name, firmware.platform()).firmware(firmware.firmware());
        identity(machine);
        machine.memory(memory());
        machine.processors(processors(firmware.platform()));
        clock(machine);
        Remains devices = domain.first("devices")
                .orElseGet(() -> Remains.of(XmlElement.builder("devices").build()));
        DeviceReader.read(devices, firmware, flavour, machine, extras, values);
        Machine known = machine.build();
        type(firmware.type(), known);
        features(known);
        extras.addAll(firmware.extras());
        for (Remains child : domain.children()) {
            Optional<XmlElement> rest = ELSEWHERE.contains(child.name()) ? Optional.empty() : child.rest();
            rest.ifPresent(element -> extras.add(Fragments.qualifiedName(element), element));
        }
        boolean usual = flavour == Flavour.KVM || (extras.isEmpty() && noneKeepsAnything(known));
        if (!usual || flavour == Flavour.QEMU || flavour == Flavour.HVF) {
            extras.add(
                    ExtraList.TYPE,
                    XmlElement.builder("domain")
                            .attribute("type", flavour.type())
                            .build());
        }
        return machine.extras(extras.sorted()).build();
    }

    private static boolean noneKeepsAnything(Machine machine) {
        return machine.disks().stream().map(Disk::extras).allMatch(List::isEmpty)
                && machine.nics().stream().map(Nic::extras).allMatch(List::isEmpty);
    }

    private void identity(Machine.Builder machine) throws DefinitionException {
        Optional<Remains> uuid = domain.first("uuid");
        if (uuid.isPresent()) {
            machine.uuid(values.uuid(uuid.get().element(), uuid.get().takeText()));
        }
        domain.textOf("description").ifPresent(machine::description);
        Optional<Remains> metadata = domain.first("metadata");
        if (metadata.isPresent()) {
            Optional<String> guest = OsInfo.ofMetadata(metadata.get().element());
            guest.ifPresent(machine::guestOs);
            guest.flatMap(OsInfo::id).ifPresent(id -> metadata.get().removeSame(OsInfo.element(id)));
        }
    }

    /** What a guest has at start is {@code currentMemory}; a NUMA layout may stand for the whole. */
    private Memory memory() throws DefinitionException {
        Optional<Remains> memory = domain.first("memory");
        long most = 0;
        if (memory.isPresent()) {
            most = values.bytes(memory.get().element(), memory.get().takeText());
            memory.get().take("unit");
        }
        if (most == 0) {
            most = numaMemory();
        }
        if (most < 1 || most > MOST_BYTES) {
            throw values.wrong(
                    memory.map(Remains::element).orElse(domain.element()),
                    "has no usable amount of memory: write <memory unit='MiB'>1024</memory>");
        }
        Optional<Remains> current = domain.first("currentMemory");
        long start = most;
        if (current.isPresent()) {
            start = values.bytes(current.get().element(), current.get().takeText());
            current.get().take("unit");
        }
        return start < 1 || start > most ? Memory.fixed(most) : new Memory(start, start, most);
    }

    private long numaMemory() throws DefinitionException {
        long sum = 0;
        Optional<XmlElement> numa = domain.element().at("cpu", "numa");
        for (XmlElement cell :
                numa.stream().flatMap(each -> each.children("cell")).toList()) {
            long bytes = values.bytes(cell, cell.attribute("memory").orElse("0"));
            if (bytes > MOST_BYTES || sum > MOST_BYTES) {
                throw values.wrong(cell, "has more memory than there is");
            }
            sum += bytes;
        }
        return sum;
    }

    /** {@code <cpu>} and {@code <cputune>} are kept whole if they say more than the record does. */
    private Processors processors(Platform platform) throws DefinitionException {
        Optional<XmlElement> cpu = domain.remove("cpu");
        Optional<XmlElement> tune = domain.remove("cputune");
        Optional<Remains> vcpu = domain.first("vcpu");
        vcpu.ifPresent(element -> element.drop("placement", "static"));
        Processors processors = ProcessorForm.read(vcpu, cpu, tune, platform, values);
        XmlElement none = XmlElement.builder("cpu").build();
        XmlElement usual = ProcessorForm.cpu(processors, platform).orElse(none);
        if (!Fragments.same(cpu.orElse(none), usual)) {
            extras.add("cpu", cpu.orElse(none));
        }
        if (tune.isPresent()
                && !ProcessorForm.tune(processors, platform)
                        .filter(element -> Fragments.same(element, tune.get()))
                        .isPresent()) {
            extras.add("cputune", tune.get());
        }
        return processors;
    }

    private void clock(Machine.Builder machine) throws DefinitionException {
        Optional<XmlElement> clock = domain.remove("clock");
        if (clock.isPresent()) {
            Clock read = ClockForm.read(clock.get(), values);
            machine.clock(read);
            if (!Fragments.same(clock.get(), ClockForm.write(read))) {
                extras.add("clock", clock.get());
            }
        }
    }

    private void type(Remains type, Machine machine) {
        boolean usualKind =
                type.peek("arch").orElse(FirmwareWriter.USUAL_ARCHITECTURE).equals(FirmwareWriter.USUAL_ARCHITECTURE);
        String usual = FirmwareWriter.usualMachine(machine);
        XmlElement.Builder said = XmlElement.builder("type");
        if (usualKind) {
            type.take("arch");
            if (type.peek("machine").isEmpty() && flavour.ofQemu() && !usual.equals(FirmwareWriter.USUAL_BOARD)) {
                said.attribute("machine", FirmwareWriter.USUAL_BOARD);
            }
            type.drop("machine", usual);
        }
        XmlElement rest = Fragments.merged(said.build(), type.rest().orElse(NO_TYPE));
        if (!Fragments.isEmpty(rest)) {
            extras.add("os/type", rest);
        }
    }

    private void features(Machine machine) {
        XmlElement none = XmlElement.builder("features").build();
        XmlElement features = domain.remove("features").orElse(none);
        if (!Fragments.same(
                sorted(features), DomainWriter.features(machine.platform()).orElse(none))) {
            extras.add("features", features);
        }
    }

    /** The element with its children by name, where their order means nothing. */
    private static XmlElement sorted(XmlElement element) {
        return XmlElement.builder(element.name())
                .children(element.children().stream()
                        .sorted(Comparator.comparing(XmlElement::name))
                        .toList())
                .build();
    }

    /** Whether the guest is one that firmware starts. */
    static boolean hasFirmware(Firmware firmware) {
        return firmware instanceof Firmware.Bios || firmware instanceof Firmware.Uefi;
    }
}
