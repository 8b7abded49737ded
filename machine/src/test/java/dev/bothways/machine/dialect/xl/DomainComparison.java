package dev.bothways.machine.dialect.xl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.machine.Clock;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Medium;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.w3c.dom.Element;

/** Whether a machine of Xen means what libvirt says of it in its XML. */
final class DomainComparison {
    private final String name;
    private final Set<String> exceptions;

    /**
     * A comparison.
     *
     * @param name the definition's
     * @param exceptions what is left out: the name, a blank, and {@code kernel} or a drive's target
     */
    DomainComparison(String name, Set<String> exceptions) {
        this.name = name;
        this.exceptions = exceptions;
    }

    void compare(Machine machine, Element domain) {
        assertThat(machine.name()).isEqualTo(DomainXml.text(domain, "name").orElseThrow());
        assertThat(machine.uuid().map(Object::toString)).isEqualTo(DomainXml.text(domain, "uuid"));
        assertThat(machine.memory().maximum() >> 10)
                .isEqualTo(Long.parseLong(DomainXml.text(domain, "memory").orElseThrow()));
        assertThat(machine.memory().startup() >> 10)
                .isEqualTo(
                        Long.parseLong(DomainXml.text(domain, "currentMemory").orElseThrow()));
        processors(machine, DomainXml.child(domain, "vcpu").orElseThrow());
        firmware(machine, domain);
        clock(machine, DomainXml.child(domain, "clock").orElseThrow());
        Element devices = DomainXml.child(domain, "devices").orElseThrow();
        drives(machine, DomainXml.children(devices, "disk"));
        nics(machine, DomainXml.children(devices, "interface"));
    }

    private static void processors(Machine machine, Element vcpu) {
        int maximum = Integer.parseInt(vcpu.getTextContent());
        assertThat(machine.processors().maximum()).isEqualTo(maximum);
        String current = vcpu.getAttribute("current");
        assertThat(machine.processors().count()).isEqualTo(current.isEmpty() ? maximum : Integer.parseInt(current));
    }

    private void firmware(Machine machine, Element domain) {
        Element os = DomainXml.child(domain, "os").orElseThrow();
        Platform platform = switch (DomainXml.text(os, "type").orElseThrow()) {
            case "linux" -> Platform.XEN_PV;
            case "xenpvh" -> Platform.XEN_PVH;
            default -> Platform.XEN_HVM;
        };
        assertThat(machine.platform()).isEqualTo(platform);
        if (exceptions.contains(name + " kernel")) {
            return;
        }
        Optional<String> kernel = DomainXml.text(os, "kernel");
        Optional<String> loader = DomainXml.text(domain, "bootloader");
        if (loader.isPresent()) {
            assertThat(machine.firmware()).isInstanceOfSatisfying(Firmware.HostBootLoader.class, ours -> {
                assertThat(ours.program()).isEqualTo(loader.get());
                String arguments = DomainXml.text(domain, "bootloader_args").orElse("");
                assertThat(String.join(" ", ours.arguments())).isEqualTo(arguments);
                assertThat(ours.commandLine())
                        .isEqualTo(DomainXml.text(os, "cmdline").orElse(""));
            });
        } else if (kernel.isPresent()) {
            assertThat(machine.firmware())
                    .isEqualTo(new Firmware.DirectKernel(
                            kernel.get(),
                            DomainXml.text(os, "initrd"),
                            DomainXml.text(os, "cmdline").orElse("")));
        } else {
            boolean uefi = DomainXml.child(os, "loader")
                    .map(element -> element.getAttribute("type").equals("pflash"))
                    .orElse(false);
            assertThat(machine.firmware()).isEqualTo(uefi ? new Firmware.Uefi(false) : new Firmware.Bios());
        }
    }

    private static void clock(Machine machine, Element clock) {
        boolean local = clock.getAttribute("offset").equals("localtime")
                || clock.getAttribute("basis").equals("localtime");
        assertThat(machine.clock().base()).isEqualTo(local ? Clock.Base.LOCAL_TIME : Clock.Base.UTC);
        String adjustment = clock.getAttribute("adjustment");
        if (adjustment.matches("-?[0-9]+")) {
            assertThat(machine.clock().offsetSeconds()).isEqualTo(Long.parseLong(adjustment));
        }
    }

    private void drives(Machine machine, List<Element> disks) {
        assertThat(machine.disks()).hasSameSizeAs(disks);
        for (int i = 0; i < disks.size(); i++) {
            Disk ours = machine.disks().get(i);
            Element theirs = disks.get(i);
            String target = DomainXml.child(theirs, "target").orElseThrow().getAttribute("dev");
            assertThat(ours.slot().deviceName()).isEqualTo(target);
            assertThat(ours.kind().id()).isEqualTo(theirs.getAttribute("device"));
            assertThat(ours.readOnly())
                    .isEqualTo(DomainXml.child(theirs, "readonly").isPresent());
            if (!exceptions.contains(name + " " + target)) {
                Optional<Element> source = DomainXml.child(theirs, "source");
                assertThat(ours.medium().map(Medium::path))
                        .isEqualTo(source.map(element -> element.getAttribute("file") + element.getAttribute("dev")));
                assertThat(ours.medium().map(Medium::format)).isEqualTo(source.map(element -> driverType(theirs)));
            }
        }
    }

    /** A driver without a type leaves the format open; xl then takes it for raw. */
    private static String driverType(Element disk) {
        String type = DomainXml.child(disk, "driver").orElseThrow().getAttribute("type");
        return type.isEmpty() ? "raw" : type;
    }

    private static void nics(Machine machine, List<Element> interfaces) {
        assertThat(machine.nics()).hasSameSizeAs(interfaces);
        for (int i = 0; i < interfaces.size(); i++) {
            Nic ours = machine.nics().get(i);
            Element theirs = interfaces.get(i);
            assertThat(ours.mac().map(MacAddress::text))
                    .isEqualTo(DomainXml.child(theirs, "mac").map(element -> element.getAttribute("address")));
            assertThat(ours.network())
                    .isEqualTo(DomainXml.child(theirs, "source")
                            .map(element -> element.getAttribute("bridge"))
                            .filter(bridge -> !bridge.isEmpty()));
            assertThat(ours.model())
                    .isEqualTo(DomainXml.child(theirs, "model").map(element -> element.getAttribute("type")));
            assertThat(ours.vlan().isPresent())
                    .isEqualTo(DomainXml.child(theirs, "vlan").isPresent());
        }
    }
}
