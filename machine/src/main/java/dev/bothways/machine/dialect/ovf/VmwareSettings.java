package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * VMware's settings of a machine: {@code vmw:Config} are those of vSphere's API, {@code vmw:ExtraConfig} those of a {@code .vmx}.
 */
final class VmwareSettings {
    static final String CONFIG = "Config:";
    static final String EXTRA_CONFIG = "ExtraConfig:";
    static final String FIRMWARE = "firmware";
    static final String SECURE_BOOT = "bootOptions.efiSecureBootEnabled";
    static final String NESTED = "nestedHVEnabled";
    static final String NVRAM = "nvram";
    static final String UUID_KEY = "uuid.bios";

    private static final String FILE = "ovf:/file/";

    private final OvfContext context;
    private final EnvelopeReader.PackageParts parts;
    private final Map<String, String> values = new LinkedHashMap<>();

    VmwareSettings(Optional<XmlElement> hardware, OvfContext context, EnvelopeReader.PackageParts parts) {
        this.context = context;
        this.parts = parts;
        hardware.ifPresent(section -> {
            collect(section, "Config", CONFIG);
            collect(section, "ExtraConfig", EXTRA_CONFIG);
        });
    }

    private void collect(XmlElement section, String element, String prefix) {
        section.children(element)
                .filter(config -> config.namespace().equals(OvfNamespaces.VMW))
                .forEach(config -> {
                    Optional<String> key = config.attribute("key");
                    if (key.isPresent()) {
                        values.put(prefix + key.get(), config.attribute("value").orElse(""));
                    } else {
                        context.warn(config, "a setting of VMware has no key");
                    }
                });
    }

    private boolean takeTruth(String key) {
        String value = values.getOrDefault(key, "");
        if (value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false")) {
            values.remove(key);
        }
        return value.equalsIgnoreCase("true");
    }

    /** Takes what the record has words for. */
    void apply(Platform platform, Machine.Builder machine) {
        Machine before = machine.build();
        if (takeTruth(CONFIG + NESTED)) {
            Processors processors = before.processors();
            machine.processors(new Processors(
                    processors.count(),
                    processors.maximum(),
                    processors.topology(),
                    processors.limit(),
                    processors.weight(),
                    true));
        }
        boolean secure = takeTruth(CONFIG + SECURE_BOOT);
        String firmware =
                take(CONFIG + FIRMWARE).or(() -> take(EXTRA_CONFIG + FIRMWARE)).orElse("bios");
        values.remove(EXTRA_CONFIG + FIRMWARE, firmware);
        if (firmware.equalsIgnoreCase("efi") || firmware.equalsIgnoreCase("uefi")) {
            machine.firmware(new Firmware.Uefi(secure, variables()));
        } else if (platform == Platform.XEN_PV) {
            machine.firmware(new Firmware.HostBootLoader("pygrub", List.of(), Optional.empty(), Optional.empty(), ""));
        }
        uuid().ifPresent(machine::uuid);
    }

    private Optional<String> take(String key) {
        return Optional.ofNullable(values.remove(key)).filter(value -> !value.isBlank());
    }

    /** The file that keeps the firmware's variables, if it is in the package. */
    private Optional<String> variables() {
        String value = values.getOrDefault(EXTRA_CONFIG + NVRAM, "");
        if (!value.startsWith(FILE)) {
            return Optional.empty();
        }
        Optional<String> href = parts.file(value.substring(FILE.length())).map(OvfEnvelope.FileReference::href);
        if (href.isPresent()) {
            values.remove(EXTRA_CONFIG + NVRAM);
        }
        return href;
    }

    /** As in a {@code .vmx}: sixteen bytes, the eighth and ninth with a hyphen between. */
    private Optional<UUID> uuid() {
        String digits = values.getOrDefault(EXTRA_CONFIG + UUID_KEY, "").replaceAll("[\\s-]", "");
        if (!digits.matches("[0-9a-fA-F]{32}")) {
            return Optional.empty();
        }
        values.remove(EXTRA_CONFIG + UUID_KEY);
        return Optional.of(UUID.fromString(digits.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5")));
    }

    /** The rest. */
    List<Extra> extras() {
        List<Extra> extras = new ArrayList<>();
        values.forEach((key, value) -> extras.add(new Extra(OvfDialect.ID, key, value)));
        return extras;
    }
}
