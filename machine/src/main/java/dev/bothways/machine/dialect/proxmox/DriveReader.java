package dev.bothways.machine.dialect.proxmox;

import dev.bothways.machine.Bus;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Medium;
import dev.bothways.machine.Slot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the drives, in the order in which Proxmox goes through them. */
final class DriveReader {
    /** The drive of the host, as a CD's volume. */
    static final String HOST_CDROM = "/dev/cdrom";

    private final SectionSettings settings;
    private final ScsiHardware scsi;

    DriveReader(SectionSettings settings, ScsiHardware scsi) {
        this.settings = settings;
        this.scsi = scsi;
    }

    /** The drives by their keys; none of them is booted from as yet. */
    Map<String, Disk> read() throws DefinitionException {
        Map<String, Disk> drives = new LinkedHashMap<>();
        for (Bus bus : List.of(Bus.IDE, Bus.SCSI, Bus.VIRTIO, Bus.SATA)) {
            for (String key : settings.keys(bus.id(), count(bus))) {
                int number = Integer.parseInt(key.substring(bus.id().length()));
                Slot slot = bus == Bus.SCSI ? scsi.slot(number) : Slot.ofIndex(bus, number);
                drives.put(key, drive(key, slot));
            }
        }
        return drives;
    }

    /** How many drives of a bus a definition can have. */
    static int count(Bus bus) {
        return switch (bus) {
            case IDE -> ConfKeys.IDE;
            case SCSI -> ConfKeys.SCSI;
            case VIRTIO -> ConfKeys.VIRTIO;
            case SATA -> ConfKeys.SATA;
            case XEN, NVME, USB, FLOPPY -> 0;
        };
    }

    private Disk drive(String key, Slot slot) throws DefinitionException {
        PropertyString properties = settings.properties(key, "file").orElseThrow();
        try {
            return drive(properties.alias("volume", "file"), slot);
        } catch (MalformedPropertyException e) {
            throw settings.wrong(key, String.valueOf(e.getMessage()));
        }
    }

    private Disk drive(PropertyString properties, Slot slot) throws MalformedPropertyException {
        String file = properties
                .take("file")
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> new MalformedPropertyException("names no volume"));
        String media = properties.take("media").orElse("disk");
        if (!media.equals("disk") && !media.equals("cdrom")) {
            throw new MalformedPropertyException("has media=" + media + ", which is neither disk nor cdrom");
        }
        boolean cdrom = media.equals("cdrom") || file.equals("none") || file.equals("cdrom");
        Disk.Builder disk = Disk.builder(cdrom ? Disk.Kind.CDROM : Disk.Kind.DISK, slot);
        if (slot.bus() == Bus.SCSI) {
            disk.adapter(Optional.of(scsi.adapter()));
        }
        Optional<String> format = properties.take("format");
        if (!file.equals("none")) {
            String path = file.equals("cdrom") ? HOST_CDROM : file;
            disk.medium(path, format.orElse(VolumeId.formatOf(path)));
        }
        disk.readOnly(properties.takeTruth("ro") || cdrom);
        properties.take("serial").map(ProxmoxText::decoded).ifPresent(disk::serial);
        return disk.extras(extras(properties)).build();
    }

    /** What is left of the properties, kept by their names. */
    static List<Extra> extras(PropertyString properties) {
        List<Extra> extras = new ArrayList<>();
        new TreeMap<>(properties.rest())
                .forEach((name, value) -> extras.add(new Extra(ProxmoxDialect.ID, name, value)));
        return extras;
    }

    /** Whether a volume is one that Proxmox makes anew from the definition whenever the machine starts. */
    static boolean madeForCloudInit(Medium medium) {
        return medium.path().matches("(?s).*[:/](vm-[0-9]+-)?cloudinit(\\.[a-z0-9]+)?");
    }
}
