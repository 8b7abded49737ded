package dev.bothways.machine.dialect.kubevirt;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Medium;
import dev.bothways.machine.Nic;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Writes drives and network interfaces, each with the volume or network that it is joined with by name. */
final class DeviceWriter {
    private static final Set<String> MODELS =
            Set.of("e1000", "e1000e", "igb", "ne2k_pci", "pcnet", "rtl8139", "virtio");
    private static final String NETWORK_NAME = "([a-z0-9.-]+/)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?";

    private final Machine machine;
    private final Tree devices;
    private final Tree instance;
    private final List<Lost> lost;
    private final List<Tree> disks = new ArrayList<>();
    private final List<Tree> volumes = new ArrayList<>();
    private final List<Tree> interfaces = new ArrayList<>();
    private final List<Tree> networks = new ArrayList<>();
    private final IdentityHashMap<Disk, Tree> drives = new IdentityHashMap<>();

    DeviceWriter(Machine machine, Tree devices, Tree instance, List<Lost> lost) {
        this.machine = machine;
        this.devices = devices;
        this.instance = instance;
        this.lost = lost;
    }

    void write() {
        int cdroms = 0;
        int floppies = 0;
        for (Disk disk : machine.disks()) {
            switch (disk.kind()) {
                case DISK -> drive(disk);
                case CDROM -> {
                    cdroms++;
                    if (disk.medium().isPresent()) {
                        drive(disk);
                    } else {
                        lose("CD drive " + cdroms, "is left out: KubeVirt has none without a disc in it");
                    }
                }
                case FLOPPY -> lose("floppy drive " + ++floppies, "is left out: KubeVirt has none");
            }
        }
        for (Nic nic : machine.nics()) {
            card(nic);
        }
        bootOrder();
        for (Extra extra : machine.extras()) {
            if (isOurs(extra, KubevirtDevices.APART)) {
                apart(Tree.of(extra.value()));
            }
        }
        putList(devices, "disks", disks);
        putList(devices, "interfaces", interfaces);
        if (interfaces.isEmpty()) {
            devices.put("autoattachPodInterface", false);
        }
        putList(instance, "networks", networks);
        putList(instance, "volumes", volumes);
    }

    private static void putList(Tree into, String key, List<Tree> items) {
        if (!items.isEmpty()) {
            into.put(key, Tree.list(items));
        }
    }

    private void apart(Tree kept) {
        boolean pair = kept.members().containsKey("disk");
        if (!pair) {
            volumes.add(kept);
            return;
        }
        disks.add(kept.below("disk"));
        if (kept.members().containsKey("volume")) {
            volumes.add(kept.below("volume"));
        }
    }

    private void drive(Disk disk) {
        String name = "disk-" + disks.size();
        Tree drive = new Tree();
        drive.put("name", name);
        boolean lun = disk.extras().stream().anyMatch(extra -> isOurs(extra, "/lun"));
        Tree device = drive.below(disk.kind() == Disk.Kind.CDROM ? "cdrom" : lun ? "lun" : "disk");
        device.put("bus", bus(disk.slot().bus()));
        if (disk.kind() == Disk.Kind.DISK && disk.readOnly()) {
            device.put("readonly", true);
        }
        if (disk.shared()) {
            drive.put("shareable", true);
        }
        disk.serial().ifPresent(serial -> drive.put("serial", serial));
        Tree volume = new Tree();
        volume.put("name", name);
        String kind = disk.extras().stream()
                .filter(extra -> isOurs(extra, KubevirtDevices.VOLUME_KIND))
                .map(Extra::value)
                .filter(KubevirtDevices.IMAGES::contains)
                .findFirst()
                .orElse("dataVolume");
        image(volume, kind, disk.medium().map(Medium::path).orElse(name));
        for (Extra extra : disk.extras()) {
            boolean done = extra.key().equals("/lun") || extra.key().equals(KubevirtDevices.VOLUME_KIND);
            if (extra.dialect().equals(KubevirtDialect.ID) && !done) {
                boolean ofVolume = extra.key().startsWith(KubevirtDevices.VOLUME);
                Tree into = ofVolume ? volume : drive;
                into.merge(
                        ofVolume ? extra.key().substring(KubevirtDevices.VOLUME.length()) : extra.key(), extra.value());
            }
        }
        disks.add(drive);
        volumes.add(volume);
        drives.put(disk, drive);
    }

    private static void image(Tree volume, String kind, String path) {
        Tree source = volume.below(kind);
        switch (kind) {
            case "persistentVolumeClaim" -> source.put("claimName", path);
            case "ephemeral" -> source.below("persistentVolumeClaim").put("claimName", path);
            case "hostDisk" -> source.put("path", path);
            case "containerDisk" -> source.put("image", path);
            default -> source.put("name", volumeName(path));
        }
    }

    /** What a DataVolume with the image of this path is called. */
    private static String volumeName(String path) {
        String leaf = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
        return leaf.matches("[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?")
                ? leaf
                : KubevirtDialect.resourceName(leaf.replaceFirst("\\.[^.]*$", ""));
    }

    private static String bus(Bus bus) {
        return switch (bus) {
            case VIRTIO, XEN, NVME -> "virtio";
            case SATA, IDE, FLOPPY -> "sata";
            case SCSI -> "scsi";
            case USB -> "usb";
        };
    }

    private void card(Nic nic) {
        String item = "network card " + (interfaces.size() + 1);
        String name = "nic-" + interfaces.size();
        Tree card = new Tree();
        Tree network = new Tree();
        card.put("name", name);
        network.put("name", name);
        nic.model().filter(MODELS::contains).ifPresent(model -> card.put("model", model));
        nic.mac().ifPresent(mac -> card.put("macAddress", mac.toString()));
        // The network of the pods can be had once.
        boolean pod = nic.network().isEmpty()
                && networks.stream().noneMatch(other -> other.members().containsKey("pod"));
        if (pod) {
            network.below("pod");
        } else {
            network.below("multus").put("networkName", networkName(nic));
        }
        Optional<Extra> binding = nic.extras().stream()
                .filter(extra -> isOurs(extra, KubevirtDevices.BINDING))
                .findFirst();
        boolean kept = binding.isPresent() && merge(card, binding.get().value());
        if (!kept) {
            card.below(pod ? "masquerade" : "bridge");
        }
        for (Extra extra : nic.extras()) {
            boolean ofNetwork = extra.key().startsWith(KubevirtDevices.NETWORK + "/");
            if (extra.dialect().equals(KubevirtDialect.ID) && !extra.key().equals(KubevirtDevices.BINDING)) {
                Tree into = ofNetwork ? network : card;
                into.merge(
                        ofNetwork ? extra.key().substring(KubevirtDevices.NETWORK.length()) : extra.key(),
                        extra.value());
            }
        }
        nic.vlan().ifPresent(vlan -> lose("VLAN of " + item, "belongs to the network's own definition"));
        nic.mtu().ifPresent(mtu -> lose("MTU of " + item, "belongs to the network's own definition"));
        interfaces.add(card);
        networks.add(network);
    }

    private static boolean merge(Tree card, String binding) {
        int at = binding.indexOf('=');
        return at > 0 && card.merge("/" + binding.substring(0, at), binding.substring(at + 1));
    }

    private String networkName(Nic nic) {
        String name = nic.network().orElse("network-" + (networks.size() + 1));
        return name.matches(NETWORK_NAME) ? name : KubevirtDialect.resourceName(name);
    }

    /** Every device that is tried has a number; where none has, KubeVirt tries the disks in their order. */
    private void bootOrder() {
        boolean chosen = machine.disks().stream().anyMatch(disk -> drives.containsKey(disk) && disk.boot());
        List<BootDevice> order = machine.bootOrder();
        if (order.isEmpty() && chosen) {
            order = List.of(BootDevice.DISK);
        }
        long number = 1;
        for (BootDevice device : order) {
            switch (device) {
                case DISK -> number = number(Disk.Kind.DISK, number);
                case CDROM -> number = number(Disk.Kind.CDROM, number);
                case NETWORK -> {
                    for (Tree card : interfaces) {
                        card.put("bootOrder", number++);
                    }
                }
                case FLOPPY -> {
                    // There is none to start from.
                }
            }
        }
    }

    /** Those that are booted from, or the first one if none is named. */
    private long number(Disk.Kind kind, long first) {
        List<Disk> there = machine.disks().stream()
                .filter(disk -> disk.kind() == kind && drives.containsKey(disk))
                .toList();
        List<Disk> booted = there.stream().filter(Disk::boot).toList();
        long number = first;
        for (Disk disk : booted.isEmpty() ? there.stream().limit(1).toList() : booted) {
            Optional.ofNullable(drives.get(disk)).orElseThrow().put("bootOrder", number++);
        }
        return number;
    }

    private static boolean isOurs(Extra extra, String key) {
        return extra.dialect().equals(KubevirtDialect.ID) && extra.key().equals(key);
    }

    private void lose(String item, String why) {
        lost.add(new Lost(item, why));
    }
}
