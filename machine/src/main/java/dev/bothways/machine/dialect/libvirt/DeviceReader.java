package dev.bothways.machine.dialect.libvirt;

import dev.bothways.machine.Console;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Display;
import dev.bothways.machine.Display.Viewer;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.SecurityChip;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads {@code <devices>}. Consoles, screens, chips and host devices that say more than the record are kept whole too. */
final class DeviceReader {
    private final Remains devices;
    private final FirmwareReader.Read firmware;
    private final Flavour flavour;
    private final ExtraList extras;
    private final Values values;
    private final List<XmlElement> others = new ArrayList<>();

    private DeviceReader(
            Remains devices, FirmwareReader.Read firmware, Flavour flavour, ExtraList extras, Values values) {
        this.devices = devices;
        this.firmware = firmware;
        this.flavour = flavour;
        this.extras = extras;
        this.values = values;
    }

    static void read(
            Remains devices,
            FirmwareReader.Read firmware,
            Flavour flavour,
            Machine.Builder machine,
            ExtraList extras,
            Values values)
            throws DefinitionException {
        new DeviceReader(devices, firmware, flavour, extras, values).read(machine);
    }

    private void read(Machine.Builder machine) throws DefinitionException {
        List<Remains> disks = new ArrayList<>();
        List<Remains> interfaces = new ArrayList<>();
        List<XmlElement> controllers = new ArrayList<>();
        List<XmlElement> graphics = new ArrayList<>();
        List<XmlElement> videos = new ArrayList<>();
        List<XmlElement> consoles = new ArrayList<>();
        for (Remains device : devices.children()) {
            switch (Fragments.qualifiedName(device.element())) {
                case "disk" -> disks.add(opened(device));
                case "interface" -> interfaces.add(opened(device));
                case "controller" -> controllers.add(device.whole());
                case "serial", "console" -> consoles.add(device.whole());
                case "graphics" -> graphics.add(device.whole());
                case "video" -> videos.add(device.whole());
                case "tpm" -> chip(device.whole(), machine);
                default -> others.add(device.whole());
            }
        }
        Controllers known = Controllers.of(controllers, values);
        DriveReader drives = new DriveReader(flavour, known, values);
        List<DriveReader.Drive> read = drives.read(disks);
        List<NicForm.Read> nics = new ArrayList<>();
        for (Remains element : interfaces) {
            nics.add(NicForm.read(element, flavour, values));
        }
        BootOrder.read(read, nics, others, firmware, flavour, machine, values);
        drives.unknown().forEach(disk -> extras.add(ExtraList.DEVICES + "disk", disk));
        known.rest().forEach(controller -> extras.add(ExtraList.DEVICES + "controller", controller));
        machine.consoles(consoles(consoles));
        machine.display(display(graphics, videos));
        machine.hostDevices(hostDevices());
        others.forEach(device -> extras.add(ExtraList.DEVICES + Fragments.qualifiedName(device), device));
    }

    private static Remains opened(Remains device) {
        return Remains.of(device.whole());
    }

    private void chip(XmlElement tpm, Machine.Builder machine) {
        Optional<SecurityChip> chip = TpmForm.read(tpm);
        machine.securityChip(chip);
        if (chip.isEmpty() || !Fragments.same(tpm, TpmForm.write(chip.get()))) {
            extras.add(ExtraList.DEVICES + "tpm", tpm);
        }
    }

    /** A console on a serial port is that port again, unless there is none: then libvirt makes one of it. */
    private List<Console> consoles(List<XmlElement> elements) {
        List<Port> ports = new ArrayList<>();
        boolean serial = elements.stream().anyMatch(element -> element.name().equals("serial"));
        boolean first = true;
        for (XmlElement element : elements) {
            if (element.name().equals("serial")) {
                ports.add(Port.of(element, Console.Type.SERIAL));
                continue;
            }
            String kind = element.child("target")
                    .flatMap(target -> target.attribute("type"))
                    .orElse(paravirtual() ? "xen" : "serial");
            switch (kind) {
                case "virtio" -> ports.add(Port.of(element, Console.Type.VIRTIO));
                case "xen" -> ports.add(Port.of(element, Console.Type.XEN));
                case "serial" -> {
                    if (first && !serial) {
                        ports.add(Port.of(element, Console.Type.SERIAL));
                    } else if (!first || !isMirror(element)) {
                        extras.add(ExtraList.DEVICES + "console", element);
                    }
                }
                default -> extras.add(ExtraList.DEVICES + "console", element);
            }
            first = false;
        }
        keep(ports);
        List<Console> consoles =
                new ArrayList<>(ports.stream().map(Port::console).toList());
        if (paravirtual() && consoles.stream().noneMatch(console -> console.type() == Console.Type.XEN)) {
            consoles.addFirst(Console.pty(Console.Type.XEN));
        }
        return consoles;
    }

    private boolean paravirtual() {
        return firmware.platform() == Platform.XEN_PV || firmware.platform() == Platform.XEN_PVH;
    }

    /** What libvirt itself adds for the first serial port. */
    private static boolean isMirror(XmlElement console) {
        return console.children().stream()
                .allMatch(child -> List.of("source", "target", "protocol").contains(child.name()));
    }

    /** Where one says more than the record, all are kept, so that each finds its own again. */
    private void keep(List<Port> ports) {
        boolean told = true;
        int serial = 0;
        int others = 0;
        for (Port port : ports) {
            int number = port.console().type() == Console.Type.SERIAL ? serial++ : others++;
            XmlElement plain = ConsoleForm.plain(port.element(), port.console().type(), number);
            told &= ConsoleForm.write(port.console(), number)
                    .filter(usual -> Fragments.same(usual, plain))
                    .isPresent();
        }
        if (!told) {
            ports.forEach(port -> extras.add(ExtraList.DEVICES + port.element().name(), port.element()));
        }
    }

    private record Port(XmlElement element, Console console) {
        static Port of(XmlElement element, Console.Type type) {
            return new Port(element, ConsoleForm.read(element, type));
        }
    }

    private Display display(List<XmlElement> graphics, List<XmlElement> videos) {
        List<Viewer> viewers = new ArrayList<>();
        Optional<String> keymap = graphics.stream()
                .filter(element -> ScreenForm.viewer(element).isPresent())
                .flatMap(element -> element.attribute("keymap").stream())
                .findFirst();
        for (XmlElement element : graphics) {
            Optional<Viewer> viewer = ScreenForm.viewer(element);
            viewer.ifPresent(viewers::add);
            if (viewer.isEmpty()
                    || !Fragments.same(ScreenForm.plainGraphics(element), ScreenForm.graphics(viewer.get(), keymap))) {
                extras.add(ExtraList.DEVICES + "graphics", element);
            }
        }
        Optional<ScreenForm.Adapter> adapter = videos.stream().findFirst().flatMap(ScreenForm::adapter);
        boolean nothing = videos.isEmpty() && graphics.isEmpty() && flavour.ofQemu();
        // Without a viewer it is kept, so that it gets none.
        boolean usual = videos.size() == 1
                && !graphics.isEmpty()
                && adapter.flatMap(read -> ScreenForm.video(read, true))
                        .filter(video -> Fragments.same(video, ScreenForm.plainVideo(videos.getFirst())))
                        .isPresent();
        if (!usual) {
            videos.forEach(video -> extras.add(ExtraList.DEVICES + "video", video));
        }
        return new Display(
                nothing ? Optional.of(ScreenForm.NONE) : adapter.flatMap(ScreenForm.Adapter::model),
                adapter.map(ScreenForm.Adapter::memory).orElse(OptionalLong.empty()),
                viewers,
                keymap);
    }

    private List<HostDevice> hostDevices() {
        List<HostDevice> found = new ArrayList<>();
        for (XmlElement element : List.copyOf(others)) {
            if (element.name().equals("hostdev") && element.namespace().isEmpty()) {
                HostDevice device = HostDeviceForm.read(element);
                found.add(device);
                if (HostDeviceForm.write(device)
                        .filter(usual -> Fragments.same(usual, element))
                        .isPresent()) {
                    others.remove(element);
                }
            }
        }
        return found;
    }
}
