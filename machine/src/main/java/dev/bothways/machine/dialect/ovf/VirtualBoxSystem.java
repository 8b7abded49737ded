package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Clock;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Nic;
import dev.bothways.machine.SecurityChip;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads what VirtualBox says in its own words behind the sections ({@code vbox:Machine}, as in a {@code .vbox}) and OVF has no
 * place for. Drives, processors and memory are in the items, too.
 */
final class VirtualBoxSystem {
    private final XmlElement machine;

    VirtualBoxSystem(XmlElement machine) {
        this.machine = machine;
    }

    void apply(Machine.Builder into) {
        Machine before = into.build();
        machine.attribute("uuid").flatMap(GuestSystem::uuid).ifPresent(into::uuid);
        if (before.description().isEmpty()) {
            machine.textOf("Description").ifPresent(into::description);
        }
        Optional<XmlElement> hardware = machine.child("Hardware");
        if (hardware.isEmpty()) {
            return;
        }
        firmware(hardware.get(), into);
        clock(hardware.get(), into);
        chip(hardware.get(), into);
        bootOrder(hardware.get(), into);
        into.nics(nics(hardware.get(), before.nics()));
    }

    private static void firmware(XmlElement hardware, Machine.Builder into) {
        Optional<XmlElement> firmware = hardware.child("Firmware").or(() -> hardware.at("BIOS", "Firmware"));
        String type = firmware.flatMap(element -> element.attribute("type")).orElse("BIOS");
        if (type.startsWith("EFI")) {
            boolean secure = Stream.of(hardware.at("BIOS", "NVRAM"), hardware.child("NVRAM"))
                    .flatMap(Optional::stream)
                    .flatMap(nvram -> Stream.concat(Stream.of(nvram), nvram.children().stream()))
                    .anyMatch(element -> element.name().equals("SecureBoot")
                            && element.attribute("enabled").equals(Optional.of("true")));
            into.firmware(new Firmware.Uefi(secure));
        }
    }

    private static void clock(XmlElement hardware, Machine.Builder into) {
        hardware.child("RTC")
                .flatMap(element -> element.attribute("localOrUTC"))
                .filter("local"::equals)
                .ifPresent(local -> into.clock(new Clock(Clock.Base.LOCAL_TIME, 0)));
    }

    private static void chip(XmlElement hardware, Machine.Builder into) {
        hardware.child("TrustedPlatformModule")
                .flatMap(element -> element.attribute("type"))
                .filter(type -> type.startsWith("v"))
                .ifPresent(type -> into.securityChip(
                        Optional.of(type.equals("v1_2") ? SecurityChip.TPM_1_2 : SecurityChip.TPM_2_0)));
    }

    private static void bootOrder(XmlElement hardware, Machine.Builder into) {
        List<BootDevice> order = new ArrayList<>();
        hardware.child("Boot").stream()
                .flatMap(boot -> boot.children("Order"))
                .sorted(Comparator.comparing(
                        element -> element.attribute("position").orElse("")))
                .map(element -> element.attribute("device").orElse(""))
                .forEach(device -> {
                    switch (device) {
                        case "HardDisk" -> order.add(BootDevice.DISK);
                        case "DVD" -> order.add(BootDevice.CDROM);
                        case "Network" -> order.add(BootDevice.NETWORK);
                        case "Floppy" -> order.add(BootDevice.FLOPPY);
                        default -> {
                            // None: a place without a device.
                        }
                    }
                });
        if (!order.isEmpty()) {
            into.bootOrder(order.stream().distinct().toList());
        }
    }

    /** The enabled adapters are the interfaces, in order; only here stand their addresses. */
    private static List<Nic> nics(XmlElement hardware, List<Nic> nics) {
        List<XmlElement> adapters = hardware.child("Network").stream()
                .flatMap(network -> network.children("Adapter"))
                .filter(adapter -> adapter.attribute("enabled").equals(Optional.of("true")))
                .toList();
        if (adapters.size() != nics.size()) {
            return nics;
        }
        List<Nic> addressed = new ArrayList<>();
        for (int i = 0; i < nics.size(); i++) {
            Nic.Builder nic = nics.get(i).toBuilder();
            adapters.get(i).attribute("MACAddress").flatMap(MacAddress::parse).ifPresent(nic::mac);
            model(adapters.get(i).attribute("type").orElse("")).ifPresent(nic::model);
            addressed.add(nic.build());
        }
        return addressed;
    }

    private static Optional<String> model(String type) {
        return switch (type) {
            case "Am79C970A", "Am79C973", "Am79C960" -> Optional.of("pcnet");
            case "82540EM", "82543GC", "82545EM" -> Optional.of("e1000");
            case "virtio" -> Optional.of("virtio");
            default -> Optional.empty();
        };
    }
}
