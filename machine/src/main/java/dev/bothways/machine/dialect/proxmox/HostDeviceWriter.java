package dev.bothways.machine.dialect.proxmox;

import dev.bothways.machine.Extra;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Writes devices of the host: those kept with all their settings, and others by their address. */
final class HostDeviceWriter {
    private static final Pattern PCI =
            Pattern.compile("(?i)([0-9a-f]{4,}:)?[0-9a-f]{2}:[0-9a-f]{2}(\\.[0-9a-f])?(;[0-9a-f:.]+)*");
    private static final Pattern USB =
            Pattern.compile("(?i)(0x)?[0-9a-f]{4}:(0x)?[0-9a-f]{4}|[0-9]+-[0-9]+(\\.[0-9]+)*");

    private final Machine machine;
    private final ConfOutput out;

    HostDeviceWriter(Machine machine, ConfOutput out) {
        this.machine = machine;
        this.out = out;
    }

    void write() {
        List<HostDevice> left = new ArrayList<>(machine.hostDevices());
        for (Extra extra : machine.extras()) {
            boolean pci = ConfKeys.numbered(extra.key(), "hostpci", ConfKeys.HOST_PCI);
            boolean usb = ConfKeys.numbered(extra.key(), "usb", ConfKeys.USB);
            if (extra.dialect().equals(ProxmoxDialect.ID) && (pci || usb)) {
                kept(extra, pci ? "pci" : "usb", left);
            }
        }
        for (HostDevice device : left) {
            boolean pci =
                    device.kind().equals("pci") && PCI.matcher(device.address()).matches();
            boolean usb =
                    device.kind().equals("usb") && USB.matcher(device.address()).matches();
            Optional<String> key =
                    pci ? free("hostpci", ConfKeys.HOST_PCI) : usb ? free("usb", ConfKeys.USB) : Optional.empty();
            if (key.isPresent()) {
                out.put(key.get(), (usb ? "host=" : "") + device.address());
            } else {
                out.lose(
                        "host device " + device.kind() + " " + device.address(),
                        "has no key in a definition of Proxmox");
            }
        }
    }

    /** What belongs to a device that the machine no longer has is no longer its. */
    private void kept(Extra extra, String kind, List<HostDevice> left) {
        PropertyString properties;
        try {
            properties = PropertyString.parse(extra.value(), "host");
        } catch (MalformedPropertyException e) {
            out.lose("item of proxmox", "is not in the syntax of a definition");
            return;
        }
        Optional<HostDevice> device = SectionReader.hostDevice(kind, properties);
        if (device.isEmpty() || left.remove(device.get())) {
            out.text(extra.key(), extra.value());
        }
    }

    private Optional<String> free(String prefix, int count) {
        for (int i = 0; i < count; i++) {
            if (!out.has(prefix + i)) {
                return Optional.of(prefix + i);
            }
        }
        return Optional.empty();
    }
}
