package dev.bothways.machine.dialect.libvirt;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Console;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Display;
import dev.bothways.machine.Display.Viewer;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.SecurityChip;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Writes {@code <devices>}. */
final class DeviceWriter {
    private final Machine machine;
    private final DomainOutput out;
    private final boolean bootByNumber;
    private final List<XmlElement> devices = new ArrayList<>();

    DeviceWriter(Machine machine, DomainOutput out, boolean bootByNumber) {
        this.machine = machine;
        this.out = out;
        this.bootByNumber = bootByNumber;
    }

    void write() {
        devices.addAll(out.take(ExtraList.DEVICES + "emulator", "", element -> true));
        disks();
        interfaces();
        consoles();
        chip();
        screen();
        hostDevices();
        devices.addAll(out.otherDevices());
        out.child(XmlElement.builder("devices").children(devices).build());
    }

    /** The turns of the devices that are booted from, by their places in the machine's lists. */
    private int turn(BootDevice kind, boolean chosen) {
        return bootByNumber && chosen ? turns().indexOf(kind) + 1 : 0;
    }

    private List<BootDevice> turns() {
        return machine.bootOrder().isEmpty() ? List.of(BootDevice.DISK) : machine.bootOrder();
    }

    /** The drive of its kind that is booted from. */
    private boolean chosen(Disk disk) {
        List<Disk> ofKind = machine.disks().stream()
                .filter(other -> other.kind() == disk.kind())
                .toList();
        return ofKind.stream()
                .filter(Disk::boot)
                .findFirst()
                .orElse(ofKind.getFirst())
                .equals(disk);
    }

    private void disks() {
        List<Disk> disks = new ArrayList<>(machine.disks());
        if (machine.platform() == Platform.XEN_PV || machine.platform() == Platform.XEN_PVH) {
            // A boot loader of the host looks into the first one.
            disks.sort(Comparator.comparing(disk -> !disk.boot()));
        }
        DriveWriter writer = new DriveWriter(out);
        List<Disk> written = disks.stream().filter(writer::hasRoom).toList();
        List<String> names = writer.names(written);
        Map<String, XmlElement> controllers = new LinkedHashMap<>();
        for (int i = 0; i < written.size(); i++) {
            Disk disk = written.get(i);
            devices.add(writer.element(disk, names.get(i), turn(BootOrder.kind(disk), chosen(disk))));
            controller(disk, controllers);
        }
        devices.addAll(out.take(ExtraList.DEVICES + "disk", "", element -> true));
        List<XmlElement> sorted = new ArrayList<>();
        for (XmlElement kept : out.take(ExtraList.DEVICES + "controller", "", element -> true)) {
            // Only one of those that share a number is the drives'; USB has companions.
            XmlElement ofDrives = controllers.remove(place(kept));
            sorted.add(ofDrives == null ? kept : Fragments.merged(ofDrives, kept));
        }
        sorted.addAll(controllers.values());
        sorted.sort(Comparator.comparing(
                        (XmlElement controller) -> controller.attribute("type").orElse(""))
                .thenComparingInt(controller -> Values.ifNumber(
                                controller.attribute("index").orElse(""))
                        .orElse(0)));
        devices.addAll(sorted);
    }

    private static String place(XmlElement controller) {
        return controller.attribute("type").orElse("") + " "
                + controller.attribute("index").orElse("");
    }

    private void controller(Disk disk, Map<String, XmlElement> controllers) {
        if (disk.adapter().isEmpty()) {
            return;
        }
        String item = "controller " + disk.adapter().get() + " of drive "
                + disk.slot().deviceName();
        if (out.flavour() == Flavour.XEN
                || Controllers.type(disk.slot().bus()).isEmpty()
                || !Controllers.models(disk.slot().bus())
                        .contains(disk.adapter().get())) {
            out.lose(item, "is not offered by the hypervisor");
            return;
        }
        XmlElement element = Controllers.element(disk.slot(), disk.adapter().get());
        XmlElement first = controllers.putIfAbsent(place(element), element);
        if (first != null && !Fragments.same(first, element)) {
            out.lose(item, "is another model than the one that other drives on it have");
        }
    }

    private void interfaces() {
        for (int i = 0; i < machine.nics().size(); i++) {
            Nic nic = machine.nics().get(i);
            String of = " of network interface " + i;
            XmlElement kept = XmlElement.builder("interface")
                    .children(nic.extras().stream()
                            .filter(extra -> !extra.key().equals("interface"))
                            .flatMap(extra -> out.element(extra, of).stream())
                            .toList())
                    .build();
            for (XmlElement own : nic.extras().stream()
                    .filter(extra -> extra.key().equals("interface"))
                    .flatMap(extra -> out.element(extra, of).stream())
                    .toList()) {
                kept = Fragments.merged(kept, own);
            }
            String usual = NicForm.usualType(nic.network(), out.flavour());
            String type = kept.attribute("type")
                    .filter(asked ->
                            NicForm.namesNetwork(asked) || nic.network().isEmpty())
                    .orElse(usual);
            if (!kept.attribute("type").orElse(type).equals(type)) {
                out.lose("interface" + of, "was said of another network");
                kept = Fragments.without(
                        Fragments.withoutAttributes(kept, Set.of("type")),
                        child -> Set.of("source", "target", "backend").contains(child.name()));
            }
            XmlElement element = Fragments.merged(NicForm.write(nic, type), kept);
            int turn = turn(BootDevice.NETWORK, i == 0);
            devices.add(turn > 0 ? DriveWriter.numbered(element, turn) : element);
        }
    }

    private void consoles() {
        int serial = 0;
        int others = 0;
        for (Console console : machine.consoles()) {
            boolean port = console.type() == Console.Type.SERIAL;
            int number = port ? serial++ : others++;
            Optional<XmlElement> kept = out.takeFirst(
                    ExtraList.DEVICES + (port ? "serial" : "console"),
                    element -> ConsoleForm.read(element, console.type()).equals(console)
                            && (port || ConsoleForm.isOf(element, console.type())));
            if (kept.isEmpty() && port) {
                kept = out.takeFirst(
                        ExtraList.DEVICES + "console",
                        element -> ConsoleForm.isOf(element, Console.Type.SERIAL)
                                && ConsoleForm.read(element, console.type()).equals(console));
            }
            Optional<XmlElement> element = kept.isPresent() ? kept : ConsoleForm.write(console, number);
            boolean possible = console.type() != Console.Type.XEN || machine.platform() != Platform.KVM;
            if (element.isPresent() && possible) {
                devices.add(element.get());
            } else {
                out.lose(
                        console.type().id() + " console",
                        "leads to " + console.target().orElse("")
                                + " which libvirt has no word for, or needs another hypervisor");
            }
        }
        out.take(ExtraList.DEVICES + "serial", "the serial ports", element -> false);
        devices.addAll(out.take(
                ExtraList.DEVICES + "console",
                "the consoles",
                element -> !ConsoleForm.isOf(element, Console.Type.VIRTIO)
                        && !ConsoleForm.isOf(element, Console.Type.XEN)));
    }

    private void chip() {
        Optional<SecurityChip> chip = machine.securityChip();
        List<XmlElement> kept = out.take(
                ExtraList.DEVICES + "tpm",
                "the security chip",
                tpm -> TpmForm.read(tpm).isEmpty() || TpmForm.read(tpm).equals(chip));
        boolean written = kept.stream().anyMatch(tpm -> TpmForm.read(tpm).isPresent());
        if (chip.isPresent() && out.flavour() == Flavour.XEN && !written) {
            out.lose("security chip", "needs a vtpm domain of the host under Xen");
        } else if (chip.isPresent() && !written) {
            devices.add(TpmForm.write(chip.get()));
        }
        devices.addAll(kept);
    }

    private void screen() {
        Display display = machine.display();
        List<Viewer> viewers = new ArrayList<>(display.viewers());
        List<XmlElement> graphics = out.take(
                ExtraList.DEVICES + "graphics",
                "the screen",
                element -> ScreenForm.viewer(element).map(viewers::remove).orElse(true));
        boolean unseen = out.flavour().ofQemu()
                && viewers.isEmpty()
                && graphics.isEmpty()
                && out.kept(ExtraList.DEVICES + "video").isEmpty()
                && !display.adapter().equals(Optional.of(ScreenForm.NONE));
        if (unseen) {
            viewers.add(ScreenForm.USUAL_VIEWER);
        }
        devices.addAll(graphics);
        for (Viewer viewer : viewers) {
            devices.add(ScreenForm.graphics(viewer, display.keymap()));
        }
        boolean viewed = !viewers.isEmpty() || !graphics.isEmpty();
        if (!viewed && display.keymap().isPresent()) {
            out.lose("keyboard layout", "has no viewer that it could belong to");
        }
        video(new ScreenForm.Adapter(display.adapter(), display.videoMemory()), viewed, unseen);
    }

    /**
     * Where several adapters are kept, the first of them is the record's.
     *
     * @param named whether one is named although the machine names none that libvirt has
     */
    private void video(ScreenForm.Adapter adapter, boolean viewed, boolean named) {
        List<XmlElement> kept = out.take(ExtraList.DEVICES + "video", "", element -> true);
        ScreenForm.Adapter none = new ScreenForm.Adapter(Optional.empty(), OptionalLong.empty());
        if (!kept.isEmpty() && ScreenForm.adapter(kept.getFirst()).orElse(none).equals(adapter)) {
            devices.addAll(kept);
            return;
        }
        if (!kept.isEmpty()) {
            out.lose("devices/video", "was said of the screen before that was changed");
        }
        Optional<XmlElement> video = ScreenForm.video(adapter, viewed);
        video.ifPresent(devices::add);
        if (video.isEmpty()) {
            adapter.model()
                    .filter(model -> !model.equals(ScreenForm.NONE))
                    .ifPresent(model -> out.lose("display adapter " + model, "is not offered by libvirt"));
            if (named) {
                ScreenForm.video(ScreenForm.USUAL_ADAPTER, true).ifPresent(devices::add);
            }
            if (adapter.memory().isPresent()) {
                out.lose("display memory", "belongs to an adapter, and none is named");
            }
        }
        devices.addAll(kept.stream().skip(1).toList());
    }

    private void hostDevices() {
        for (HostDevice device : machine.hostDevices()) {
            Optional<XmlElement> kept = out.takeFirst(
                    ExtraList.DEVICES + "hostdev",
                    element -> HostDeviceForm.read(element).equals(device));
            Optional<XmlElement> element = kept.isPresent() ? kept : HostDeviceForm.write(device);
            element.ifPresent(devices::add);
            if (element.isEmpty()) {
                out.lose("host device " + device.kind() + " " + device.address(), "has no word in libvirt's XML");
            }
        }
        out.take(ExtraList.DEVICES + "hostdev", "the host's devices", element -> false);
    }
}
