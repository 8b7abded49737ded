package dev.bothways.machine.dialect.hyperv;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The machine's devices: the {@code manifest} lists them, each has a key of its own named after its instance. */
final class HypervDevices {
    static final String BIOS = "ac6b8dc1-3257-4a70-b1b2-a9c9215659ad";
    static final String IDE = "83f8638b-8dca-4152-9eda-2ca8b33039b4";
    static final String SCSI = "d422512d-2bf2-4752-809d-7b82b5fcb1b4";
    static final String FLOPPY = "8f0d2762-0b00-4e04-af4f-19010527cb93";
    static final String SERIAL = "8e3a359f-559a-4b6a-98a9-1690a6100ed7";
    static final String NETWORK = "2fc216b0-d2e2-4967-9b6d-b8a5c9ca2778";
    static final String CLOCK = "e51b7ef6-4a7f-4780-aaae-d4b291aacd2e";
    static final String GUEST_STATE = "917bd8cb-3bb6-4124-9383-b7d21ac07f79";
    static final String SECURITY_CHIP = "736e6aa9-a3f8-49c0-9550-a963214d259a";
    static final String PCI = "2fcc454e-a36a-4c77-bb5e-a2d75a51f02c";
    static final String GRAPHICS_PARTITION = "99dcd00c-fbd6-42d3-9dfd-1b5ad7058f61";

    /** Known by its name only: no public file holds one. */
    private static final String LEGACY_NETWORK = "emulated ethernet port";

    /** What every machine of Hyper-V has, and no definition has a choice about; also its integration services. */
    private static final Set<String> OF_THE_PLATFORM = Set.of(
            "197f74e3-b84b-46de-8ae6-82f1cd181cdc",
            "2497f4de-e9fa-4204-80e4-4b75c46419c0",
            "2a34b1c2-fd73-4043-8a5b-dd2159bc743f",
            "35b0b12f-a0d7-482f-80a0-f52f1ab3da2e",
            "4d42d9f7-6531-4f6c-9e46-1f0477876104",
            "4d46d139-7821-4dc4-98a3-01e98a586a44",
            "58f75a6d-d949-4320-99e1-a2a2576d581c",
            "5ced1297-4598-4915-a5fc-ad21bb4d02a4",
            "655bc5c5-a784-46b7-81bc-e26328f7eb0e",
            "6c09bb55-d683-4da0-8931-c9bf705f6480",
            "6c5addb9-a11a-4e8e-84cb-e6208201db63",
            "72682fc4-040a-430a-be0b-224574b953fe",
            "7d80d3db-61ee-4879-8879-5609f1100ad0",
            "84535fad-4d98-4a6a-bdcd-21d5720dc430",
            "84eaae65-2f2e-45f5-9bb5-0e857dc8eb47",
            "87045ce9-5323-438f-93bb-1e83dcbce18e",
            "9cb98db1-4d09-4538-a192-2d3d8c0b6cdb",
            "9ed5fd4b-40c3-4de3-8597-98ecd17035da",
            "9edd1639-9bca-40dc-b3a2-07c828da60b5",
            "9f8233ac-be49-4c79-8ee3-e7e1985b2077",
            "a28e4d02-3323-4148-9569-565930a5cb39",
            "ba8735ef-e3a9-4f1b-badd-dbf3a5909915",
            "bc12c717-8898-4688-8ee4-2cd14894f8ea",
            "d41a1872-3740-41ce-a1ee-4522ab82f991",
            "db8b9818-b4bb-4725-b99d-b4612716b6b4",
            "de6cdc86-e1fb-4940-801b-c3c1a26c4da4",
            "deaeeed3-4119-4b44-95cf-a73604b76971",
            "e3c82929-edb4-475e-85a4-29aaa2a30c2d",
            "f3cf6965-e8d3-44a9-9b7d-a04245ea7525");

    private static final Set<String> UNDERSTOOD = Set.of(
            BIOS, IDE, SCSI, FLOPPY, SERIAL, NETWORK, CLOCK, GUEST_STATE, SECURITY_CHIP, PCI, GRAPHICS_PARTITION);

    private final List<Device> devices;

    /**
     * A device.
     *
     * @param type what it is, a GUID in small letters
     * @param name what Hyper-V calls it
     * @param path the key that holds its settings, which need not be there
     */
    record Device(String type, String name, String path) {
        boolean legacyNetwork() {
            return name.toLowerCase(Locale.ROOT).endsWith(LEGACY_NETWORK);
        }

        /** Whether it comes with Hyper-V, and its settings say nothing of the machine. */
        boolean ofThePlatform() {
            return OF_THE_PLATFORM.contains(type);
        }

        boolean understood() {
            return UNDERSTOOD.contains(type) || legacyNetwork();
        }
    }

    private HypervDevices(List<Device> devices) {
        this.devices = devices;
    }

    static HypervDevices read(HypervSettings settings) {
        List<Device> devices = new ArrayList<>();
        settings.children("manifest").stream()
                .filter(entry -> entry.child("device").isPresent())
                .sorted(Comparator.comparing(HypervNode::name))
                .forEach(entry -> {
                    String type = text(entry, "device").toLowerCase(Locale.ROOT);
                    String instance = entry.child("instance").isPresent() ? text(entry, "instance") : type;
                    devices.add(new Device(type, text(entry, "name"), path(instance)));
                });
        // A device that there can be one of has its type for its name, so it is found without a manifest too.
        for (String type : UNDERSTOOD) {
            boolean listed = devices.stream().anyMatch(device -> device.type.equals(type));
            if (!listed && settings.find(path(type)).isPresent()) {
                devices.add(new Device(type, "", path(type)));
            }
        }
        settings.take("manifest");
        return new HypervDevices(devices);
    }

    private static String text(HypervNode entry, String key) {
        return entry.child(key)
                .flatMap(HypervNode::value)
                .map(HypervValue::shown)
                .orElse("");
    }

    /** The key of an instance. */
    private static String path(String instance) {
        return "_" + instance.toLowerCase(Locale.ROOT) + "_";
    }

    List<Device> all() {
        return devices;
    }

    /** The devices of a type, in their order. */
    List<Device> of(String type) {
        return devices.stream().filter(device -> device.type.equals(type)).toList();
    }

    /** Where the settings are of a device that there can be one of. */
    String pathOf(String type) {
        return of(type).stream().findFirst().map(Device::path).orElse(path(type));
    }
}
