package dev.bothways.conversion.readers;

import static dev.bothways.conversion.readers.TargetReader.require;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The schema of {@code qm} of Proxmox VE, by {@code docs/formats/proxmox.md}. */
final class QmReader implements TargetReader {
    private static final Pattern KEY = Pattern.compile(
            "acpi|agent|args|audio0|autostart|balloon|bios|boot|bootdisk|cpu|cpulimit"
                    + "|cpuunits|description|efidisk0|hotplug|hugepages|keyboard|kvm|localtime|machine|memory|name|numa|onboot|ostype"
                    + "|protection|reboot|rng0|scsihw|shares|smbios1|sockets|cores|spice_enhancements|startdate|startup|tablet|tags|tdf"
                    + "|tpmstate0|vcpus|vga|vmgenid|watchdog|(ide[0-3]|sata[0-5]|scsi([0-9]|[12][0-9]|30)|virtio([0-9]|1[0-5])"
                    + "|net([0-9]|[12][0-9]|3[01])|serial[0-3]|numa[0-7]"
                    + "|cicustom|hookscript|ivshmem|hostpci([0-9]|1[0-5])|usb([0-9]|1[0-3])|parallel[0-2]|virtiofs[0-9])");
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?");
    private static final Pattern DRIVE = Pattern.compile("(ide|sata|scsi|virtio)([0-9]+)");

    @Override
    public Map<String, String> read(String definition) {
        Map<String, String> keys = new HashMap<>();
        for (String line :
                definition.lines().filter(text -> !text.startsWith("#")).toList()) {
            int colon = line.indexOf(": ");
            require(colon > 0, "no key: " + line);
            String key = line.substring(0, colon);
            require(KEY.matcher(key).matches(), "unknown key " + key);
            require(keys.put(key, line.substring(colon + 2)) == null, key + " twice");
        }
        Map<String, String> facts = new HashMap<>();
        facts.put("platform", "kvm");
        String name = keys.getOrDefault("name", "");
        for (String label : name.split("\\.", -1)) {
            require(name.isEmpty() || LABEL.matcher(label).matches(), "name " + name);
        }
        facts.put("name", name);
        long memory = Long.parseLong(keys.getOrDefault("memory", "512"));
        require(memory >= 16, "memory " + memory);
        facts.put("memory", memory + " MiB");
        long most = number(keys, "sockets") * number(keys, "cores");
        long count = keys.containsKey("vcpus") ? number(keys, "vcpus") : most;
        require(count <= most, count + " of " + most + " processors");
        facts.put("processors", String.valueOf(count));
        if (count != most) {
            facts.put("processors to be plugged in later", String.valueOf(most));
        }
        facts.put(
                "processor topology",
                number(keys, "sockets") + " sockets, " + number(keys, "cores") + " cores, 1 threads");
        facts.put("firmware", keys.getOrDefault("bios", "seabios").equals("ovmf") ? "UEFI" : "BIOS");
        cards(keys, facts);
        drives(keys, facts);
        for (int i = 0; i < 4; i++) {
            String serial = keys.getOrDefault("serial" + i, "socket");
            require(serial.equals("socket") || serial.matches("/dev/.+"), "serial " + serial);
        }
        return facts;
    }

    private static long number(Map<String, String> keys, String key) {
        return Long.parseLong(keys.getOrDefault(key, "1"));
    }

    private static void cards(Map<String, String> keys, Map<String, String> facts) {
        int number = 0;
        for (int i = 0; i < 32; i++) {
            String card = keys.get("net" + i);
            if (card == null) {
                continue;
            }
            number++;
            String first = card.split(",")[0];
            String[] model = first.split("=");
            require(
                    model[0].matches(
                            "e1000|e1000-82540em|e1000-82544gc|e1000-82545em|e1000e|i82551|i82557b|i82559er|ne2k_isa"
                                    + "|ne2k_pci|pcnet|rtl8139|virtio|vmxnet3"),
                    "model " + model[0]);
            if (model.length > 1) {
                require((Integer.parseInt(model[1].substring(0, 2), 16) & 1) == 0, "address " + model[1]);
                facts.put("address of network card " + number, model[1].toLowerCase(Locale.ROOT));
            }
            for (String property : card.split(",")) {
                if (property.startsWith("tag=")) {
                    facts.put("VLAN of network card " + number, property.substring(4));
                }
            }
        }
    }

    private static void drives(Map<String, String> keys, Map<String, String> facts) {
        TreeMap<String, String> disks = new TreeMap<>(FileOrder.BY_NUMBER);
        Map<String, String> serials = new HashMap<>();
        keys.forEach((key, value) -> {
            if (DRIVE.matcher(key).matches() && !value.contains("media=cdrom")) {
                String file = value.split(",")[0];
                disks.put(file, key);
                for (String property : value.split(",")) {
                    if (property.startsWith("serial=")) {
                        serials.put(file, property.substring(7));
                    }
                }
            }
        });
        int number = 0;
        for (String file : disks.keySet()) {
            number++;
            if (serials.containsKey(file)) {
                facts.put("serial number of disk " + number, serials.get(file).replace("%20", " "));
            }
        }
    }
}
