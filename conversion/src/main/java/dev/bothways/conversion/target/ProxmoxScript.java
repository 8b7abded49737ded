package dev.bothways.conversion.target;

import dev.bothways.machine.Firmware;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.SecurityChip;
import dev.bothways.machine.dialect.Written;
import dev.bothways.machine.dialect.proxmox.ProxmoxDialect;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code import.sh}. The keys of a definition of Proxmox are the options of {@code qm create}, so the script is made from one;
 * what is done with it is the same for every machine and stands in the resource {@code import-body.sh}. Runs in any POSIX shell.
 */
final class ProxmoxScript {
    /** What the script gives in its own way, after the machine has been created. */
    static final Set<String> LATER = Set.of("boot", "bootdisk", "efidisk0", "tpmstate0");

    private final Machine machine;
    private final List<Target.ConvertedDisk> disks;
    private final List<Lost> lost;
    private final String definition;
    private final Map<String, String> settings = new LinkedHashMap<>();

    private ProxmoxScript(Machine machine, List<Target.ConvertedDisk> disks, List<Lost> lost) {
        this.machine = machine;
        this.disks = disks;
        this.lost = lost;
        Written written = new ProxmoxDialect().write(machine);
        this.definition = written.text();
        written.lost().stream()
                .filter(item ->
                        !item.item().equals("secure boot") && !item.item().equals("security chip"))
                .forEach(lost::add);
        definition.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int colon = line.indexOf(": ");
            settings.put(line.substring(0, colon), line.substring(colon + 2));
        });
    }

    /**
     * The script for a machine.
     *
     * @param machine its hard disks have the files of {@code disks}, in order
     */
    static ProxmoxScript of(Machine machine, List<Target.ConvertedDisk> disks) {
        List<Lost> lost = new ArrayList<>();
        return new ProxmoxScript(ProxmoxMachine.of(machine, lost), disks, lost);
    }

    /** {@code NAME.conf}. */
    String definition() {
        return definition;
    }

    List<Lost> lost() {
        return List.copyOf(lost);
    }

    String text() {
        StringBuilder out = new StringBuilder(ScriptText.resource("import-head.sh"));
        out.append("name=")
                .append(PosixShell.quoted(settings.getOrDefault("name", "vm")))
                .append("\n\n");
        out.append(ScriptText.function("create_machine", createOptions()));
        out.append(ScriptText.checkDisks(disks));
        out.append(ScriptText.function("add_volumes", volumes()));
        return out.append(ScriptText.resource("import-body.sh")).toString();
    }

    private List<String> createOptions() {
        List<String> commands = new ArrayList<>();
        List<String> options = new ArrayList<>(List.of("run qm create \"$vmid\"", "--name \"$name\""));
        machine.description().ifPresent(text -> options.add("--description " + PosixShell.quoted(text)));
        settings.forEach((key, value) -> {
            if (key.matches("net[0-9]+")) {
                commands.add(network(key, value));
                options.add("--" + key + " \"$" + key + "\"");
            } else if (!LATER.contains(key) && !key.equals("name") && !isHardDisk(key, value)) {
                options.add("--" + key + " " + PosixShell.quoted(value));
            }
        });
        commands.add(String.join(" \\\n        ", options));
        return commands;
    }

    /** The bridge is the user's choice, or the one the machine was on if the host has one of that name. */
    private static String network(String key, String value) {
        List<String> properties = new ArrayList<>(List.of(value.split(",")));
        Optional<String> bridge = properties.stream()
                .filter(property -> property.startsWith("bridge="))
                .findFirst();
        bridge.ifPresent(properties::remove);
        String network = bridge.map(property -> property.substring("bridge=".length()))
                .filter(text -> text.matches("[A-Za-z][A-Za-z0-9._-]{0,14}"))
                .orElse("");
        return "choose_bridge " + PosixShell.quoted(network) + "; " + key + "="
                + PosixShell.quoted(String.join(",", properties)) + "\",bridge=$chosen\"";
    }

    private static boolean isHardDisk(String key, String value) {
        return key.matches("(ide|sata|scsi|virtio)[0-9]+") && !value.contains(",media=cdrom");
    }

    private List<String> volumes() {
        List<String> lines = new ArrayList<>();
        settings.forEach((key, value) -> {
            if (isHardDisk(key, value)) {
                int comma = value.indexOf(',');
                String file = comma < 0 ? value : value.substring(0, comma);
                String properties = comma < 0 ? "" : value.substring(comma);
                lines.add("add_disk " + key + " " + PosixShell.quoted(file) + " " + PosixShell.quoted(properties));
            }
        });
        if (lines.size() != disks.size()) {
            throw new IllegalArgumentException(disks.size() + " disks, of which " + lines.size() + " have a place");
        }
        if (machine.firmware() instanceof Firmware.Uefi uefi) {
            lines.add("add_volume efidisk0 'efitype=4m,pre-enrolled-keys=" + (uefi.secureBoot() ? 1 : 0) + "'");
        }
        machine.securityChip()
                .ifPresent(chip -> lines.add(
                        "add_volume tpmstate0 'version=" + (chip == SecurityChip.TPM_2_0 ? "v2.0" : "v1.2") + "'"));
        if (settings.containsKey("boot")) {
            lines.add("run qm set \"$vmid\" --boot " + PosixShell.quoted(settings.getOrDefault("boot", "")));
        }
        return lines;
    }
}
