package dev.bothways.machine.dialect.kubevirt;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Console;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Display;
import dev.bothways.machine.Extra;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Slot;
import dev.bothways.machine.dialect.json.JsonValue;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/** Reads the drives and network interfaces of a machine, with the volumes and networks that they are joined with by name. */
final class KubevirtDevices {
    /** The key under which a drive is kept that no image could be of: cloud-init's, a secret, an empty one that lives for a day. */
    static final String APART = "drive";
    /** The key of a network's kind, where it is none that a machine can have elsewhere. */
    static final String NETWORK = "network";
    /** The key of how an interface is joined with its network. */
    static final String BINDING = "binding";

    /** How the keys of what is kept of a drive's volume begin. */
    static final String VOLUME = "volume";
    /** The key under which the kind of a drive's volume is kept, where it is no DataVolume. */
    static final String VOLUME_KIND = "kind of volume";
    /** The kinds of volumes that an image can be of. */
    static final List<String> IMAGES =
            List.of("dataVolume", "persistentVolumeClaim", "hostDisk", "ephemeral", "containerDisk");

    private static final List<String> BINDINGS =
            List.of("bridge", "masquerade", "sriov", "slirp", "macvtap", "passt", "passtBinding", "binding");

    private final Fields instance;
    private final Fields devices;
    private final VolumeSizes sizes;
    private final List<Extra> apart = new ArrayList<>();
    private final Map<Bus, Integer> used = new EnumMap<>(Bus.class);
    private final Map<Integer, BootDevice> order = new TreeMap<>();

    KubevirtDevices(Fields instance, Fields devices, VolumeSizes sizes) {
        this.instance = instance;
        this.devices = devices;
        this.sizes = sizes;
    }

    /** What is neither a drive nor a card for other hypervisors. */
    List<Extra> apart() {
        return apart;
    }

    void read(Machine.Builder machine) throws DefinitionException {
        Map<String, Fields> volumes = byName("volumes");
        List<Disk> disks = new ArrayList<>();
        for (Fields disk : devices.items("disks")) {
            drive(disk, volumes).ifPresent(disks::add);
        }
        // Volumes that no drive shows: a service account, metrics.
        for (Fields volume : volumes.values()) {
            apart.add(new Extra(KubevirtDialect.ID, APART, volume.source().source()));
        }
        machine.disks(disks);
        Map<String, Fields> networks = byName("networks");
        List<Nic> nics = new ArrayList<>();
        for (Fields nic : devices.items("interfaces")) {
            nics.add(nic(nic, networks));
        }
        machine.nics(nics);
        Set<BootDevice> classes = new LinkedHashSet<>(order.values());
        machine.bootOrder(List.copyOf(classes));
        devices.take("autoattachPodInterface");
        if (!devices.truth("autoattachGraphicsDevice").orElse(true)) {
            machine.display(new Display(Optional.of("none"), OptionalLong.empty(), List.of(), Optional.empty()));
        }
        if (devices.truth("autoattachSerialConsole").orElse(true)) {
            machine.consoles(List.of(Console.pty(Console.Type.SERIAL)));
        }
    }

    private Map<String, Fields> byName(String list) throws DefinitionException {
        Map<String, Fields> named = new LinkedHashMap<>();
        for (Fields item : instance.items(list)) {
            String name = item.text("name").orElseThrow(() -> item.wrong("name", "is missing in " + list));
            if (named.put(name, item) != null) {
                throw item.wrong("name", "names two of the " + list + ": " + name);
            }
        }
        return named;
    }

    private Optional<Disk> drive(Fields drive, Map<String, Fields> volumes) throws DefinitionException {
        String name = drive.text("name").orElseThrow(() -> drive.wrong("name", "is missing in disks"));
        Optional<Fields> volume = Optional.ofNullable(volumes.remove(name));
        boolean cdrom = drive.has("cdrom");
        Optional<String> image = volume.isPresent() ? image(volume.get()) : Optional.empty();
        if (image.isEmpty() && !(cdrom && volume.isEmpty())) {
            Map<String, JsonValue> pair = new LinkedHashMap<>();
            pair.put("disk", drive.source());
            volume.ifPresent(kept -> pair.put("volume", kept.source()));
            String kept = new JsonValue.Members(pair, drive.source().line()).source();
            apart.add(new Extra(KubevirtDialect.ID, APART, kept));
            return Optional.empty();
        }
        String kind = cdrom ? "cdrom" : drive.has("lun") ? "lun" : "disk";
        Fields device = drive.below(kind);
        Slot slot = next(device);
        Disk.Builder disk = Disk.builder(cdrom ? Disk.Kind.CDROM : Disk.Kind.DISK, slot);
        device.truth("readonly").ifPresent(disk::readOnly);
        image.ifPresent(path -> disk.medium(path, ""));
        drive.text("serial").ifPresent(disk::serial);
        disk.shared(drive.truth("shareable").orElse(false));
        OptionalInt boot = drive.whole("bootOrder", 1);
        if (boot.isPresent()) {
            disk.boot(true);
            order.put(boot.getAsInt(), cdrom ? BootDevice.CDROM : BootDevice.DISK);
        }
        OptionalLong size = image.isPresent() && !cdrom ? sizes.of(image.get()) : OptionalLong.empty();
        List<Extra> extras = new ArrayList<>(drive.rest());
        if (kind.equals("lun")) {
            extras.add(new Extra(KubevirtDialect.ID, "/lun", "{}"));
        }
        volume.flatMap(kept -> IMAGES.stream().filter(kept::has).findFirst())
                .filter(other -> !other.equals("dataVolume"))
                .ifPresent(other -> extras.add(new Extra(KubevirtDialect.ID, VOLUME_KIND, other)));
        volume.ifPresent(kept -> kept.rest().stream()
                .map(extra -> new Extra(extra.dialect(), VOLUME + extra.key(), extra.value()))
                .forEach(extras::add));
        return Optional.of(disk.size(size).extras(extras).build());
    }

    /** What an image of the volume would be called; empty if its content is made by the cluster. */
    private static Optional<String> image(Fields volume) throws DefinitionException {
        for (String kind : IMAGES) {
            if (!volume.has(kind)) {
                continue;
            }
            Fields source = volume.below(kind);
            return switch (kind) {
                case "dataVolume" -> source.text("name");
                case "persistentVolumeClaim" -> source.text("claimName");
                case "hostDisk" -> source.text("path");
                case "ephemeral" -> source.below("persistentVolumeClaim").text("claimName");
                default -> source.text("image");
            };
        }
        return Optional.empty();
    }

    private Slot next(Fields device) throws DefinitionException {
        // Where nothing is said, PCs get SATA.
        String word = device.text("bus").orElse("sata");
        Bus bus = switch (word) {
            case "virtio" -> Bus.VIRTIO;
            case "sata" -> Bus.SATA;
            case "scsi" -> Bus.SCSI;
            case "usb" -> Bus.USB;
            default -> throw device.wrong("bus", "is none that KubeVirt has: " + word);
        };
        return Slot.ofIndex(bus, used.merge(bus, 1, Integer::sum) - 1);
    }

    private Nic nic(Fields card, Map<String, Fields> networks) throws DefinitionException {
        String name = card.text("name").orElseThrow(() -> card.wrong("name", "is missing in interfaces"));
        Nic.Builder nic = Nic.builder();
        nic.model(
                card.text("model").map(model -> model.toLowerCase(Locale.ROOT)).or(() -> Optional.of("virtio")));
        Optional<String> address = card.text("macAddress");
        if (address.isPresent()) {
            nic.mac(mac(card, address.get()));
        }
        OptionalInt boot = card.whole("bootOrder", 1);
        if (boot.isPresent()) {
            order.put(boot.getAsInt(), BootDevice.NETWORK);
        }
        Fields network = Optional.ofNullable(networks.get(name))
                .orElseThrow(() -> card.wrong("name", "names no network of the machine: " + name));
        Optional<String> joined = network.below("multus").text("networkName");
        joined.ifPresent(nic::network);
        boolean pod = network.object("pod").isPresent();
        List<Extra> extras = new ArrayList<>();
        for (String binding : BINDINGS) {
            Optional<JsonValue> value = card.take(binding);
            boolean usual = binding.equals(pod ? "masquerade" : "bridge");
            if (value.isPresent() && !usual) {
                extras.add(new Extra(
                        KubevirtDialect.ID, BINDING, binding + "=" + value.get().source()));
            }
        }
        extras.addAll(card.rest());
        network.rest().stream()
                .map(extra -> new Extra(extra.dialect(), NETWORK + extra.key(), extra.value()))
                .forEach(extras::add);
        return nic.extras(extras).build();
    }

    private static MacAddress mac(Fields card, String text) throws DefinitionException {
        String plain = text.replace('-', ':').toLowerCase(Locale.ROOT);
        if (!plain.matches("([0-9a-f]{2}:){5}[0-9a-f]{2}")) {
            throw card.wrong("macAddress", "is no address of a network card: " + text);
        }
        return new MacAddress(plain);
    }
}
