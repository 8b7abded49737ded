package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.Clock;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.GuestOs;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.SecurityChip;
import dev.bothways.machine.dialect.Written;
import dev.bothways.machine.dialect.xml.XmlElement;
import dev.bothways.machine.dialect.xml.XmlWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Writes an envelope of OVF 1.1 with one machine, as VMware or VirtualBox wants it. VMware's is read by others, too; VirtualBox
 * reads only what OVF itself has words for, unless it is told all in its own ({@code vbox:Machine}), which is not written.
 */
final class OvfWriter {
    private static final Set<String> WRITTEN_APART = Set.of(
            "VirtualHardwareSection",
            "OperatingSystemSection",
            "AnnotationSection",
            "BootOrderSection",
            "DiskSection",
            "NetworkSection",
            "DeploymentOptionSection");

    private static final Pattern VMWARE_TYPES = Pattern.compile("(.*[ ,;])?vmx-[0-9]{1,3}([ ,;].*)?");
    private static final Pattern VMWARE_TYPE = Pattern.compile("(?i)vmx-([0-9]{1,3})(?![0-9])");
    private static final int USUAL_VERSION = 13;
    private static final int VERSION_WITH_CHIP = 14;

    private final Machine machine;
    private final boolean vmware;
    private final List<Lost> lost = new ArrayList<>();
    private final OvfExtras extras;
    private final PackageWriter parts;

    OvfWriter(Machine machine, Map<String, Long> sizes) {
        if (machine.platform() != Platform.VMWARE && machine.platform() != Platform.VIRTUALBOX) {
            throw new IllegalArgumentException(
                    "OVF defines no machine for " + machine.platform().id());
        }
        this.machine = machine;
        this.vmware = machine.platform() == Platform.VMWARE;
        this.extras = new OvfExtras(machine.extras(), lost);
        this.parts = new PackageWriter(sizes);
    }

    Written write() {
        XmlElement system = system();
        XmlElement.Builder envelope = XmlElement.builder(OvfNamespaces.OVF, "Envelope")
                .attribute(OvfNamespaces.OVF, "version", "1.0")
                .child(parts.references());
        parts.disks().ifPresent(envelope::child);
        parts.networks().ifPresent(envelope::child);
        envelope.children(extras.elements("EnvelopeSection:", OvfWriter::isKeptSection));
        envelope.child(system);
        extras.finish();
        return new Written(XmlWriter.document(envelope.build(), OvfNamespaces.prefixes()), lost);
    }

    private static boolean isKeptSection(XmlElement element) {
        return element.name().endsWith("Section") && !WRITTEN_APART.contains(element.name());
    }

    private XmlElement system() {
        String name = plain("the name", machine.name());
        XmlElement.Builder system = XmlElement.builder(OvfNamespaces.OVF, "VirtualSystem")
                .attribute(OvfNamespaces.OVF, "id", extras.take("id").orElse(name))
                .child("Info", "A virtual machine")
                .child("Name", name);
        Optional<String> transport = extras.take("transport");
        String types = types();
        HardwareWriter hardware = new HardwareWriter(machine, parts, extras, lost);
        List<XmlElement> items = hardware.items();
        hardware.bootOrder().ifPresent(system::child);
        guestSystem(types).ifPresent(system::child);
        XmlElement.Builder section = XmlElement.builder(OvfNamespaces.OVF, "VirtualHardwareSection");
        transport.ifPresent(value -> section.attribute(OvfNamespaces.OVF, "transport", value));
        section.child("Info", "Virtual hardware requirements")
                .child(family(name, types))
                .children(items);
        settings().forEach(section::child);
        system.child(section);
        machine.description()
                .ifPresent(text -> system.child(XmlElement.builder(OvfNamespaces.OVF, "AnnotationSection")
                        .child("Info", "A human-readable annotation")
                        .child("Annotation", plain("the description", text))));
        return system.children(extras.elements("Section:", OvfWriter::isKeptSection))
                .build();
    }

    /** XML has no control characters, and readers strip what is blank around a text. */
    private String plain(String what, String text) {
        boolean whole = text.codePoints()
                .allMatch(c -> c == '\t'
                        || c == '\n'
                        || c == '\r'
                        || (c >= 0x20 && c <= 0xD7FF)
                        || (c >= 0xE000 && c <= 0xFFFD)
                        || c >= 0x10000);
        if (!whole) {
            lost.add(new Lost("control characters in " + what, "cannot be written in XML"));
        }
        if (!text.equals(text.strip()) || text.isBlank()) {
            lost.add(new Lost("blanks around " + what, "are not read by programs"));
        }
        return text;
    }

    /** The virtual hardware, or several that it may be. */
    private String types() {
        return extras.take("VirtualSystemType")
                .filter(kept -> vmware ? VMWARE_TYPES.matcher(kept).matches() : kept.startsWith("virtualbox"))
                .orElse(usualType(machine.platform(), machine.securityChip()));
    }

    private static XmlElement family(String name, String types) {
        return XmlElement.builder(OvfNamespaces.OVF, "System")
                .child(vssd("ElementName", "Virtual Hardware Family"))
                .child(vssd("InstanceID", "0"))
                .child(vssd("VirtualSystemIdentifier", name))
                .child(vssd("VirtualSystemType", types))
                .build();
    }

    private static XmlElement vssd(String name, String text) {
        return XmlElement.builder(OvfNamespaces.VSSD, name).text(text).build();
    }

    /** ESXi 6.5 (UEFI with secure boot), with a TPM 6.7; what VirtualBox calls its hardware since 2.2. */
    static String usualType(Platform platform, Optional<SecurityChip> chip) {
        if (platform == Platform.VIRTUALBOX) {
            return "virtualbox-2.2";
        }
        return "vmx-" + (chip.isPresent() ? VERSION_WITH_CHIP : USUAL_VERSION);
    }

    /**
     * What VMware calls a system that is put on the oldest of these types of hardware.
     *
     * @param said whether the section has words of its own, which a word of older hardware would make less
     */
    static String osType(GuestOs system, String types, boolean said) {
        if (said) {
            return system.words().ovf();
        }
        int oldest = VMWARE_TYPE
                .matcher(types)
                .results()
                .mapToInt(type -> Integer.parseInt(type.group(1)))
                .min()
                .orElse(USUAL_VERSION);
        return system.knownToVmware(oldest).words().ovf();
    }

    private Optional<XmlElement> guestSystem(String types) {
        Optional<String> type = extras.take(GuestSystem.OS_TYPE);
        Optional<String> number = extras.take(GuestSystem.NUMBER);
        Optional<String> version = extras.take(GuestSystem.VERSION);
        Optional<String> description = extras.take(GuestSystem.DESCRIPTION);
        if (machine.guestOs().isEmpty() && type.isEmpty() && number.isEmpty() && description.isEmpty()) {
            return Optional.empty();
        }
        GuestOs guest = machine.guestOs().map(GuestOs::of).orElse(GuestOs.unknown());
        XmlElement.Builder section = XmlElement.builder(OvfNamespaces.OVF, "OperatingSystemSection")
                .attribute(
                        OvfNamespaces.OVF,
                        "id",
                        number.orElse(String.valueOf(guest.words().cim())));
        version.ifPresent(text -> section.attribute(OvfNamespaces.OVF, "version", text));
        if (vmware && (guest.known() || type.isPresent())) {
            boolean said = number.isPresent() || version.isPresent() || description.isPresent();
            String word = type.orElseGet(() -> osType(guest, types, said));
            section.attribute(OvfNamespaces.VMW, "osType", word);
            loseGuest(GuestOs.ofOvf(word), word);
        }
        section.child("Info", "The kind of installed guest operating system");
        description.ifPresent(text -> section.child("Description", text));
        if (!vmware && guest.known()) {
            section.child(XmlElement.builder(OvfNamespaces.VBOX, "OSType")
                    .attribute(OvfNamespaces.OVF, "required", false)
                    .text(guest.words().virtualBox()));
            loseGuest(
                    GuestOs.ofVirtualBox(guest.words().virtualBox()),
                    guest.words().virtualBox());
        }
        return Optional.of(section.build());
    }

    private void loseGuest(GuestOs read, String word) {
        if (!read.text().equals(machine.guestOs())) {
            machine.guestOs()
                    .ifPresent(is -> lost.add(
                            new Lost("guest operating system " + is, "is one of several that are called " + word)));
        }
    }

    /** What the hardware section holds behind its items. */
    private List<XmlElement> settings() {
        List<XmlElement> settings = new ArrayList<>();
        List<XmlElement> extra = new ArrayList<>();
        firmware(settings, extra);
        if (machine.processors().nested()) {
            if (vmware) {
                settings.add(OvfItemWriter.setting("Config", VmwareSettings.NESTED, "true"));
            } else {
                lost.add(new Lost("nested virtualization", "has no place in OVF for VirtualBox"));
            }
        }
        if (machine.uuid().isPresent()) {
            if (vmware) {
                extra.add(OvfItemWriter.setting(
                        "ExtraConfig",
                        VmwareSettings.UUID_KEY,
                        vmwareText(machine.uuid().get())));
            } else {
                lost.add(new Lost("UUID " + machine.uuid().get(), "has no place in OVF for VirtualBox"));
            }
        }
        if (!machine.clock().equals(Clock.utc())) {
            lost.add(new Lost("clock", "has no place in OVF; the hypervisor sets it as it likes"));
        }
        kept("Config", VmwareSettings.CONFIG, settings);
        kept("ExtraConfig", VmwareSettings.EXTRA_CONFIG, extra);
        settings.addAll(extra);
        return settings;
    }

    private void kept(String element, String prefix, List<XmlElement> into) {
        for (Extra extra : extras.takeAll(prefix)) {
            String key = extra.key().substring(prefix.length());
            boolean said =
                    into.stream().anyMatch(other -> other.attribute("key").equals(Optional.of(key)));
            if (said) {
                lost.add(new Lost(extra.key(), "is said otherwise by the machine itself"));
            } else {
                into.add(OvfItemWriter.setting(element, key, extra.value()));
            }
        }
    }

    private void firmware(List<XmlElement> settings, List<XmlElement> extra) {
        switch (machine.firmware()) {
            case Firmware.Bios bios -> {
                if (vmware) {
                    settings.add(OvfItemWriter.setting("Config", VmwareSettings.FIRMWARE, "bios"));
                }
            }
            case Firmware.Uefi uefi -> {
                if (!vmware) {
                    lost.add(
                            new Lost(
                                    "UEFI",
                                    "has no place in OVF for VirtualBox; after the import: VBoxManage modifyvm NAME --firmware efi"));
                    return;
                }
                settings.add(OvfItemWriter.setting("Config", VmwareSettings.FIRMWARE, "efi"));
                if (uefi.secureBoot()) {
                    settings.add(OvfItemWriter.setting("Config", VmwareSettings.SECURE_BOOT, "true"));
                }
                uefi.variables()
                        .ifPresent(file -> extra.add(OvfItemWriter.setting(
                                "ExtraConfig", VmwareSettings.NVRAM, "ovf:/file/" + parts.file(file))));
            }
            case Firmware.DirectKernel kernel ->
                lost.add(new Lost(
                        "kernel " + kernel.kernel() + " of the host",
                        "cannot be started by " + machine.platform().id()));
            case Firmware.HostBootLoader loader ->
                lost.add(new Lost(
                        loader.program(), "is not run by " + machine.platform().id()));
            case Firmware.ParavirtualGrub grub ->
                lost.add(new Lost(
                        grub.image(), "is not run by " + machine.platform().id()));
        }
    }

    private static String vmwareText(UUID uuid) {
        String digits = uuid.toString().replace("-", "");
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < digits.length(); i += 2) {
            if (i > 0) {
                text.append(i == digits.length() / 2 ? '-' : ' ');
            }
            text.append(digits, i, i + 2);
        }
        return text.toString();
    }
}
