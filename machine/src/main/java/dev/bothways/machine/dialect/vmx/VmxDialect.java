package dev.bothways.machine.dialect.vmx;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.dialect.Dialect;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.Snapshot;
import dev.bothways.machine.dialect.Written;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * VMware's virtual machine configuration: the {@code .vmx} of ESXi 3 to 9, Workstation, Fusion, Server and GSX. VMware has
 * never published its keys as a whole; what is read here follows the files that its products write, its articles on single
 * keys, and the pairs of libvirt's ESX driver. A machine that VMware encrypted is refused.
 */
public final class VmxDialect implements Dialect {
    /** {@link #id}. */
    public static final String ID = "vmx";

    private static final int BEGINNING = 256 << 10;
    private static final Pattern MARK =
            Pattern.compile("(?im)^[ \\t]*(config\\.version|virtualHW\\.version|encryption\\.(keySafe|data))[ \\t]*=");

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String described() {
        return "a .vmx of VMware";
    }

    @Override
    public boolean recognizes(byte[] content) {
        int length = Math.min(content.length, BEGINNING);
        String beginning = new String(content, 0, length, StandardCharsets.ISO_8859_1);
        return beginning.indexOf('\0') < 0 && MARK.matcher(beginning).find();
    }

    @Override
    public List<Parsed> parse(byte[] content, String fileName) throws DefinitionException {
        List<String> warnings = new ArrayList<>();
        Machine machine = new VmxReader(VmxSettings.parse(content, fileName, warnings), warnings).machine();
        return List.of(new Parsed(machine, warnings));
    }

    /**
     * Reads a machine with its snapshots, older ones first.
     *
     * @param snapshots the {@code .vmsd} beside the definition
     * @param snapshotsName what to call it in messages
     */
    public Parsed parse(byte[] content, String fileName, byte[] snapshots, String snapshotsName)
            throws DefinitionException {
        Parsed parsed = parse(content, fileName).getFirst();
        List<Snapshot> states = new ArrayList<>();
        for (SnapshotList.Entry entry :
                SnapshotList.parse(snapshots, snapshotsName).entries()) {
            states.add(new Snapshot(Integer.toString(entry.uid()), entry.name(), entry.machine(parsed.machine())));
        }
        return new Parsed(parsed.machine(), states, parsed.warnings());
    }

    /** Whether a setting reaches into the host; an OVF of VMware has some of them, too. */
    public static boolean reachesHost(String key, String value) {
        return HostItems.reaches(key, value);
    }

    @Override
    public Optional<Extra> withoutHost(Extra extra) {
        return HostItems.without(extra);
    }

    @Override
    public Written write(Machine machine) {
        if (machine.platform() != Platform.VMWARE) {
            throw new IllegalArgumentException(
                    "vmx defines no machine for " + machine.platform().id());
        }
        return new VmxWriter(machine).write();
    }
}
