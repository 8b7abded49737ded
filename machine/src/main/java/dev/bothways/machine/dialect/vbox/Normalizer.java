package dev.bothways.machine.dialect.vbox;

import java.util.List;

/** Brings the settings of a machine or snapshot into the shape of version 1.19, whatever version they are of. */
final class Normalizer {
    private Normalizer() {}

    /** {@code owner} is the element that holds {@code Hardware}. */
    static void normalize(Node owner) {
        Node hardware = owner.childOrNew("Hardware");
        owner.takeChild("Platform").ifPresent(platform -> platform(platform, hardware));
        owner.takeChild("StorageControllers").ifPresent(controllers -> {
            if (hardware.child("StorageControllers").isEmpty()) {
                hardware.add(controllers);
            }
        });
        rename(hardware, "Uart", "UART");
        rename(hardware, "Lpt", "LPT");
        firmware(hardware);
    }

    private static void rename(Node parent, String from, String to) {
        parent.takeChild(from).ifPresent(old -> {
            Node node = new Node(to);
            node.merge(old);
            parent.add(node);
        });
    }

    /** Since 1.20 the processor, the chipset and the clock stand in an element of their own. */
    private static void platform(Node platform, Node hardware) {
        for (String name : List.of("Chipset", "Iommu", "RTC")) {
            platform.takeChild(name).ifPresent(hardware::add);
        }
        platform.takeChild("CPU").ifPresent(cpu -> hardware.childOrNew("CPU").merge(cpu));
        platform.takeChild("x86").ifPresent(x86 -> {
            x86.takeChild("CPU").ifPresent(cpu -> {
                cpu.takeChild("HPET").ifPresent(hardware::add);
                hardware.childOrNew("CPU").merge(cpu);
            });
            if (!x86.isEmpty()) {
                hardware.add(x86);
            }
        });
        platform.drop("architecture", "x86");
        if (!platform.isEmpty()) {
            hardware.add(platform);
        }
    }

    /** Since 1.20 what was in {@code BIOS} is in {@code Firmware}. */
    private static void firmware(Node hardware) {
        hardware.child("Firmware").ifPresent(firmware -> {
            for (Node child : firmware.children()) {
                firmware.remove(child);
                hardware.childOrNew("BIOS").add(child);
            }
        });
    }
}
