package dev.bothways.machine.dialect.libvirt;

import dev.bothways.machine.Bus;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Writes {@code <os>} and {@code <bootloader>}. */
final class FirmwareWriter {
    static final String USUAL_ARCHITECTURE = "x86_64";
    /** What libvirt takes where a domain names none. */
    static final String USUAL_BOARD = "pc";

    private final Machine machine;
    private final DomainOutput out;
    private final XmlElement.Builder os = XmlElement.builder("os");
    private final boolean keptSecure;

    FirmwareWriter(Machine machine, DomainOutput out) {
        this.machine = machine;
        this.out = out;
        this.keptSecure = FirmwareReader.isSecure(XmlElement.builder("os")
                .children(out.kept("os/loader"))
                .children(out.kept("os/firmware"))
                .build());
    }

    /** What secure boot needs of a firmware that libvirt chooses. */
    static XmlElement features() {
        return XmlElement.builder("firmware")
                .child(XmlElement.builder("feature").attribute("enabled", "yes").attribute("name", "enrolled-keys"))
                .child(XmlElement.builder("feature").attribute("enabled", "yes").attribute("name", "secure-boot"))
                .build();
    }

    static XmlElement secureLoader() {
        return XmlElement.builder("loader").attribute("secure", "yes").build();
    }

    /** The board that a machine gets. UEFI is at home on QEMU's newer one, which has no IDE. */
    static String usualMachine(Machine machine) {
        return switch (machine.platform()) {
            case XEN_PV -> "xenpv";
            case XEN_PVH -> "xenpvh";
            case XEN_HVM -> "xenfv";
            case KVM, HYPERV_GEN1, HYPERV_GEN2, VMWARE, VIRTUALBOX -> {
                boolean ide =
                        machine.disks().stream().anyMatch(disk -> disk.slot().bus() == Bus.IDE);
                yield machine.firmware() instanceof Firmware.Uefi && !ide ? "q35" : USUAL_BOARD;
            }
        };
    }

    /** {@code <bootloader>} and {@code <os>}, in libvirt's order. */
    void write(boolean bootByClass) {
        if (machine.firmware() instanceof Firmware.HostBootLoader loader) {
            out.child("bootloader", loader.program());
            if (loader.arguments().stream().anyMatch(argument -> argument.matches("\\S*\\s.*"))) {
                out.lose("arguments of the boot loader", "hold blanks, which libvirt takes for their ends");
            }
            if (!loader.arguments().isEmpty()) {
                out.child("bootloader_args", String.join(" ", loader.arguments()));
            }
        }
        type();
        firmware();
        if (bootByClass) {
            machine.bootOrder()
                    .forEach(
                            device -> os.child(XmlElement.builder("boot").attribute("dev", DomainWriter.word(device))));
        }
        XmlElement kept = XmlElement.builder("os")
                .children(out.takeUnder("os/", "what the machine starts", this::fits))
                .build();
        for (XmlElement own : out.take("os", "what the machine starts", this::fitsFirmware)) {
            kept = Fragments.merged(kept, own);
        }
        out.child(Fragments.merged(withoutWhatIsKept(os.build(), kept), kept));
    }

    /** A loader or features that were kept stand instead of the usual ones, and a path instead of a choice. */
    private static XmlElement withoutWhatIsKept(XmlElement usual, XmlElement kept) {
        boolean firmware =
                kept.child("loader").isPresent() || kept.child("firmware").isPresent();
        boolean variables = kept.at("nvram", "source").isPresent();
        boolean byPath =
                kept.child("loader").filter(loader -> !loader.text().isBlank()).isPresent();
        XmlElement rest = Fragments.without(
                usual,
                child -> (firmware && Set.of("loader", "firmware").contains(child.name()))
                        || (variables && child.name().equals("nvram")));
        return byPath ? Fragments.withoutAttributes(rest, Set.of("firmware")) : rest;
    }

    /** Whether a kept part of {@code <os>} still says what the record says. */
    private boolean fits(XmlElement kept) {
        return switch (machine.firmware()) {
            case Firmware.Uefi uefi ->
                switch (kept.name()) {
                    case "loader" ->
                        (kept.text().isBlank() || FirmwareReader.isUefi(kept)) && uefi.secureBoot() == keptSecure;
                    case "firmware" -> uefi.secureBoot() == keptSecure;
                    case "nvram" ->
                        kept.child("source").isEmpty()
                                || uefi.variables().equals(kept.child("source").flatMap(FirmwareReader::variablesFile));
                    default -> true;
                };
            case Firmware.Bios ignored ->
                switch (kept.name()) {
                    case "loader" -> !FirmwareReader.isUefi(kept);
                    case "nvram", "firmware" -> false;
                    default -> true;
                };
            case Firmware.DirectKernel ignored -> true;
            case Firmware.HostBootLoader ignored -> !kept.name().equals("nvram");
            case Firmware.ParavirtualGrub ignored -> !kept.name().equals("nvram");
        };
    }

    private boolean fitsFirmware(XmlElement os) {
        String asked = os.attribute("firmware").orElse("");
        return switch (machine.firmware()) {
            case Firmware.Uefi ignored -> !asked.equals("bios");
            case Firmware.Bios ignored -> !asked.equals("efi");
            case Firmware.DirectKernel ignored -> true;
            case Firmware.HostBootLoader ignored -> asked.isEmpty();
            case Firmware.ParavirtualGrub ignored -> asked.isEmpty();
        };
    }

    private void type() {
        XmlElement.Builder type = XmlElement.builder("type");
        List<XmlElement> kept = out.kept("os/type");
        boolean otherKind =
                kept.stream().anyMatch(each -> each.attribute("arch").isPresent());
        boolean otherBoard =
                kept.stream().anyMatch(each -> each.attribute("machine").isPresent());
        if (!otherKind) {
            type.attribute("arch", USUAL_ARCHITECTURE);
        }
        if (!otherKind && !otherBoard) {
            type.attribute("machine", usualMachine(machine));
        }
        os.child(type.text(
                switch (machine.platform()) {
                    case XEN_PV -> "linux";
                    case XEN_PVH -> "xenpvh";
                    case XEN_HVM, HYPERV_GEN1, HYPERV_GEN2, VMWARE, KVM, VIRTUALBOX -> "hvm";
                }));
    }

    private void firmware() {
        switch (machine.firmware()) {
            case Firmware.Bios ignored -> {
                // libvirt's own choice where nothing is said.
            }
            case Firmware.Uefi uefi -> {
                os.attribute("firmware", "efi");
                if (uefi.secureBoot()) {
                    os.child(features()).child(secureLoader());
                }
                uefi.variables().ifPresent(file -> os.child("nvram", file));
            }
            case Firmware.DirectKernel direct ->
                kernel(Optional.of(direct.kernel()), direct.ramdisk(), direct.commandLine());
            case Firmware.HostBootLoader loader -> kernel(loader.kernel(), loader.ramdisk(), loader.commandLine());
            case Firmware.ParavirtualGrub grub ->
                kernel(Optional.of(grub.image()), Optional.empty(), grub.commandLine());
        }
    }

    private void kernel(Optional<String> kernel, Optional<String> ramdisk, String commandLine) {
        kernel.ifPresent(path -> os.child("kernel", path));
        ramdisk.ifPresent(path -> os.child("initrd", path));
        if (!commandLine.isEmpty()) {
            os.child("cmdline", commandLine);
        }
    }
}
