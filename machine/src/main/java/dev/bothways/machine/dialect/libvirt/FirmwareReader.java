package dev.bothways.machine.dialect.libvirt;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Platform;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code <os>} and {@code <bootloader>}: what runs first, and on which hardware. */
final class FirmwareReader {
    static final Map<String, BootDevice> BOOT_DEVICES = Map.of(
            "hd", BootDevice.DISK,
            "cdrom", BootDevice.CDROM,
            "network", BootDevice.NETWORK,
            "fd", BootDevice.FLOPPY);

    /** What libvirt starts a paravirtual machine with that names neither a kernel nor a boot loader. */
    private static final String USUAL_BOOT_LOADER = "pygrub";

    private final Remains domain;
    private final Remains os;
    private final Flavour flavour;
    private final Values values;

    private FirmwareReader(Remains domain, Remains os, Flavour flavour, Values values) {
        this.domain = domain;
        this.os = os;
        this.flavour = flavour;
        this.values = values;
    }

    /**
     * What was read.
     *
     * @param bootOrder of the machine as a whole; empty where the devices say it, or nobody does
     * @param extras what remains of {@code <os>}, but for its type
     * @param type what remains of the type: architecture and machine
     */
    record Read(Platform platform, Firmware firmware, List<BootDevice> bootOrder, List<Extra> extras, Remains type) {}

    static Read read(Remains domain, Flavour flavour, Values values) throws DefinitionException {
        Remains os = domain.first("os")
                .orElseThrow(() -> values.wrong(domain.element(), "has no os, which says what the machine starts"));
        Remains type = os.first("type")
                .orElseThrow(() -> values.wrong(os.element(), "has no type, which is hvm for a whole computer"));
        return new FirmwareReader(domain, os, flavour, values).read(type);
    }

    private Read read(Remains type) throws DefinitionException {
        String word = type.takeText().strip();
        Platform platform = platform(type.element(), word);
        Optional<String> bootLoader = domain.textOf("bootloader");
        boolean emptyLoader = domain.first("bootloader").isPresent();
        Firmware firmware = isParavirtual(platform) ? paravirtual(bootLoader, emptyLoader) : emulated();
        List<BootDevice> order = isParavirtual(platform) ? List.of() : bootOrder();
        List<Extra> extras = new ArrayList<>();
        Optional<XmlElement> rest = os.rest();
        if (rest.isPresent()) {
            if (!rest.get().attributes().isEmpty()) {
                extras.add(Fragments.extra("os", Fragments.without(rest.get(), child -> true)));
            }
            for (XmlElement child : rest.get().children()) {
                if (!child.name().equals("type")) {
                    extras.add(Fragments.extra("os/" + child.name(), child));
                }
            }
        }
        Platform seen =
                flavour == Flavour.HYPERV && firmware instanceof Firmware.Uefi ? Platform.HYPERV_GEN2 : platform;
        return new Read(seen, firmware, order, extras, type);
    }

    private static boolean isParavirtual(Platform platform) {
        return platform == Platform.XEN_PV || platform == Platform.XEN_PVH;
    }

    private Platform platform(XmlElement at, String type) throws DefinitionException {
        if (flavour == Flavour.XEN) {
            return switch (type) {
                case "linux", "xen" ->
                    at.attribute("machine").orElse("").equals("xenpvh") ? Platform.XEN_PVH : Platform.XEN_PV;
                case "xenpvh" -> Platform.XEN_PVH;
                case "hvm" -> Platform.XEN_HVM;
                default -> throw values.wrong(at, "'" + type + "' is none of hvm, linux and xenpvh");
            };
        }
        if (!type.equals("hvm")) {
            throw values.wrong(
                    at, "'" + type + "' is not hvm, the only type of a domain of " + flavour.type() + " that is read");
        }
        return switch (flavour) {
            case KVM, QEMU, HVF -> Platform.KVM;
            case VMWARE -> Platform.VMWARE;
            case VBOX -> Platform.VIRTUALBOX;
            case HYPERV, XEN -> Platform.HYPERV_GEN1;
        };
    }

    private Firmware paravirtual(Optional<String> bootLoader, boolean emptyLoader) {
        Optional<String> kernel = text("kernel");
        Optional<String> ramdisk = text("initrd");
        String commandLine = text("cmdline").orElse("");
        List<String> arguments = domain.textOf("bootloader_args")
                .map(String::strip)
                .map(text -> List.of(text.split("\\s+")))
                .orElse(List.of());
        if (bootLoader.isPresent() || emptyLoader) {
            return new Firmware.HostBootLoader(
                    bootLoader.orElse(USUAL_BOOT_LOADER), arguments, kernel, ramdisk, commandLine);
        }
        if (kernel.isPresent()) {
            return ramdisk.isEmpty() && Firmware.ParavirtualGrub.isCalledSo(kernel.get())
                    ? new Firmware.ParavirtualGrub(kernel.get(), commandLine)
                    : new Firmware.DirectKernel(kernel.get(), ramdisk, commandLine);
        }
        return new Firmware.HostBootLoader(
                USUAL_BOOT_LOADER, arguments, Optional.empty(), Optional.empty(), commandLine);
    }

    private Optional<String> text(String name) {
        return os.textOf(name);
    }

    private Firmware emulated() {
        Optional<XmlElement> loader = os.element().child("loader");
        boolean byKernel = os.element().textOf("kernel").isPresent();
        if (byKernel) {
            return new Firmware.DirectKernel(
                    text("kernel").orElseThrow(),
                    text("initrd"),
                    text("cmdline").orElse(""));
        }
        boolean uefi = os.peek("firmware").orElse("").equals("efi")
                || loader.filter(FirmwareReader::isUefi).isPresent();
        if (!uefi) {
            return new Firmware.Bios();
        }
        boolean secure = isSecure(os.element());
        boolean byPath = loader.filter(each -> !each.text().isBlank()).isPresent();
        if (!byPath) {
            os.drop("firmware", "efi");
        }
        Optional<XmlElement> features = os.element().child("firmware");
        if (secure
                && features.filter(each -> Fragments.same(each, FirmwareWriter.features()))
                        .isPresent()
                && loader.filter(each -> Fragments.same(each, FirmwareWriter.secureLoader()))
                        .isPresent()) {
            os.remove("firmware");
            os.remove("loader");
        }
        return new Firmware.Uefi(secure, variables());
    }

    /** An image for flash, or one that its name tells; QEMU before 1.6 was given UEFI as a ROM. */
    static boolean isUefi(XmlElement loader) {
        String type = loader.attribute("type").orElse("rom");
        String path = loader.text().strip().toLowerCase(Locale.ROOT);
        String file = path.substring(path.lastIndexOf('/') + 1);
        return type.equals("pflash") || file.contains("ovmf") || file.contains("aavmf") || file.contains("efi");
    }

    /** Whether an {@code <os>} asks for secure boot. */
    static boolean isSecure(XmlElement os) {
        boolean feature = os.at("firmware").stream()
                .flatMap(firmware -> firmware.children("feature"))
                .anyMatch(each -> each.attribute("name").orElse("").equals("secure-boot")
                        && each.attribute("enabled").orElse("").equals("yes"));
        boolean loader = os.child("loader")
                .flatMap(each -> each.attribute("secure"))
                .filter("yes"::equals)
                .isPresent();
        return feature || loader;
    }

    private Optional<String> variables() {
        Optional<Remains> nvram = os.first("nvram");
        if (nvram.isEmpty()) {
            return Optional.empty();
        }
        String text = nvram.get().takeText().strip();
        if (!text.isEmpty()) {
            return Optional.of(text);
        }
        return nvram.get().first("source").map(Remains::element).flatMap(FirmwareReader::variablesFile);
    }

    /** The file that a {@code <source>} of variables names. */
    static Optional<String> variablesFile(XmlElement source) {
        Optional<String> file = source.attribute("file");
        return file.isPresent() ? file : source.attribute("dev");
    }

    private List<BootDevice> bootOrder() throws DefinitionException {
        List<BootDevice> order = new ArrayList<>();
        for (Remains boot : os.open("boot")) {
            String name = boot.take("dev").orElse("");
            BootDevice device = BOOT_DEVICES.get(name);
            if (device == null) {
                throw values.wrong(boot.element(), "'" + name + "' is none of hd, cdrom, network and fd");
            }
            if (!order.contains(device)) {
                order.add(device);
            }
        }
        return order;
    }
}
