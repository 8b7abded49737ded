package dev.bothways.machine.dialect.hyperv;

import dev.bothways.machine.DefinitionException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * The devices that {@code Msvm_ResourceAllocationSettingData} describes: controllers, drives on controllers and media in drives,
 * each naming what it hangs on as its {@code Parent}; and serial ports.
 */
final class ExpDrives {
    private static final String RESOURCE = "Msvm_ResourceAllocationSettingData";
    private static final int MOST_PORTS = 4;
    private static final int MOST_SCSI_CONTROLLERS = 64;

    /** What a drive is before something is put into it; drives of the host itself go by their own names. */
    private static final Map<String, String> DRIVES = Map.of(
            "microsoft synthetic disk drive", "NONE",
            "microsoft synthetic dvd drive", "ISO",
            "microsoft synthetic cd drive", "ISO",
            "microsoft synthetic diskette drive", "VFD");

    private static final Set<String> DRIVES_OF_HOST =
            Set.of("microsoft physical disk drive", "microsoft physical dvd drive", "microsoft physical cd drive");

    private static final Map<String, String> MEDIA = Map.of(
            "microsoft virtual hard disk", "VHD",
            "microsoft virtual cd/dvd disk", "ISO",
            "microsoft virtual dvd disk", "ISO",
            "microsoft iso image", "ISO",
            "microsoft virtual floppy disk", "VFD");

    /** What every machine has, and no definition has a choice about. */
    private static final Set<String> OF_THE_PLATFORM = Set.of(
            "",
            "microsoft virtual keyboard",
            "microsoft virtual ps2 mouse",
            "microsoft synthetic mouse",
            "microsoft synthetic keyboard",
            "microsoft s3 display controller",
            "microsoft synthetic display controller",
            "microsoft serial controller");

    private final ExpTree tree;
    private final Map<String, String> controllers = new HashMap<>();
    private final Map<String, CimObject> media = new HashMap<>();
    private final Set<String> places = new HashSet<>();
    private int scsiControllers;

    ExpDrives(ExpTree tree) {
        this.tree = tree;
    }

    void put(List<CimObject> objects) throws DefinitionException {
        List<CimObject> resources =
                objects.stream().filter(object -> object.is(RESOURCE)).toList();
        for (CimObject resource : resources) {
            controllerOrMedium(resource);
        }
        TreeMap<Long, CimObject> ports = new TreeMap<>();
        for (CimObject resource : resources) {
            String type = type(resource);
            if (DRIVES.containsKey(type) || DRIVES_OF_HOST.contains(type)) {
                drive(resource, type);
            } else if (type.equals("microsoft serial port")) {
                long port = number(resource, ports.size(), MOST_PORTS);
                if (ports.put(port, resource) != null) {
                    throw resource.error("InstanceID", "is a second serial port " + port);
                }
            } else if (!controllers.containsKey(resource.id())
                    && !MEDIA.containsKey(type)
                    && !OF_THE_PLATFORM.contains(type)) {
                tree.device(
                        resource,
                        "",
                        resource.text("ResourceSubType").orElse(type).strip());
            }
        }
        ports.forEach((port, resource) -> tree.put(
                resource,
                "Connection",
                "_" + HypervDevices.SERIAL + "_/port" + port + "/connection",
                new HypervValue.Text(resource.text("Connection").orElse("").strip())));
        Optional<CimObject> nowhere = media.values().stream().min(Comparator.comparingInt(CimObject::line));
        if (nowhere.isPresent()) {
            throw nowhere.get().error("Parent", "names no drive of this machine");
        }
    }

    private static String type(CimObject resource) {
        return resource.text("ResourceSubType")
                .or(() -> resource.text("OtherResourceType"))
                .orElse("")
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    private void controllerOrMedium(CimObject resource) throws DefinitionException {
        String type = type(resource);
        switch (type) {
            case "microsoft emulated ide controller" ->
                controllers.put(
                        resource.id(),
                        "_" + HypervDevices.IDE + "_/controller" + number(resource, controllers.size(), 2));
            case "microsoft synthetic scsi controller" -> {
                if (++scsiControllers > MOST_SCSI_CONTROLLERS) {
                    throw resource.error("InstanceID", "is one SCSI controller too many for a machine of Hyper-V");
                }
                controllers.put(
                        resource.id(),
                        tree.device(resource, HypervDevices.SCSI, "Synthetic SCSI Controller") + "/controller0");
            }
            case "microsoft virtual diskette controller" ->
                controllers.put(resource.id(), "_" + HypervDevices.FLOPPY + "_/controller0");
            default -> {
                if (MEDIA.containsKey(type) && media.put(parent(resource), resource) != null) {
                    throw resource.error("Parent", "names a drive that holds another medium already");
                }
            }
        }
    }

    /** Which of several a device is: its address, or what its key ends in, or its place in the file. */
    private static long number(CimObject resource, int place, int most) throws DefinitionException {
        OptionalLong address = resource.whole("Address");
        String id = resource.id();
        String end = id.substring(id.lastIndexOf('\\') + 1);
        long number = address.isPresent() ? address.getAsLong() : end.matches("[0-9]") ? Long.parseLong(end) : place;
        if (number < 0 || number >= most) {
            throw resource.error("Address", number + " is not between 0 and " + (most - 1));
        }
        return number;
    }

    private static String parent(CimObject resource) throws DefinitionException {
        return CimPath.instance(resource.text("Parent")
                .orElseThrow(() -> resource.error("Parent", "is empty, so nothing tells what it hangs on")));
    }

    private void drive(CimObject drive, String type) throws DefinitionException {
        String controller = controllers.get(parent(drive));
        if (controller == null) {
            throw drive.error("Parent", "names no controller of this machine");
        }
        OptionalLong address = drive.whole("Address");
        if (address.isEmpty() || address.getAsLong() < 0 || address.getAsLong() > 999) {
            throw drive.error("Address", "is no place on a controller; Hyper-V counts them from 0");
        }
        String path = controller + "/drive" + address.getAsLong();
        if (!places.add(path)) {
            throw drive.error("Address", "is a place that another drive has already");
        }
        Optional<CimObject> medium = Optional.ofNullable(media.remove(drive.id()));
        if (DRIVES_OF_HOST.contains(type)) {
            tree.text(drive, "ResourceSubType", path + "/type");
            tree.text(drive, "HostResource", path + "/pathname");
        } else {
            String empty = DRIVES.getOrDefault(type, type);
            String kind =
                    medium.map(found -> MEDIA.getOrDefault(type(found), empty)).orElse(empty);
            tree.put(drive, "ResourceSubType", path + "/type", new HypervValue.Text(kind));
            medium.ifPresent(found -> tree.text(found, "Connection", path + "/pathname"));
        }
    }
}
