package dev.bothways.machine.dialect.hyperv;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.Snapshot;
import dev.bothways.machine.dialect.xml.XmlElement;
import dev.bothways.machine.dialect.xml.XmlReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The {@code .exp} of exports of Windows Server 2008 and 2008 R2: no definition, but the objects of WMI's namespace {@code
 * root\virtualization} that describe the machine, in CIM-XML. They are put into the tree of keys that Hyper-V keeps on disk, so
 * that they mean what they mean there.
 */
final class ExpFile {
    static final String SYSTEM = "Msvm_VirtualSystemSettingData";

    private static final Set<String> ROOTS = Set.of("{}DECLARATIONS", "{}CIM");
    /** A machine with all its snapshots has some thousands. */
    private static final int MOST_OBJECTS = 10_000;

    private static final String SNAPSHOT = "5";

    private final String file;
    private final List<CimObject> objects = new ArrayList<>();

    private ExpFile(String file) {
        this.file = file;
    }

    static boolean recognizes(byte[] content) {
        return XmlReader.rootOf(content).filter(ROOTS::contains).isPresent();
    }

    /** The machine in its present state, with the snapshots that the file holds. */
    static Parsed read(byte[] content, String fileName) throws DefinitionException {
        ExpFile exp = open(content, fileName);
        CimObject present = exp.present();
        Parsed machine = exp.parsed(present);
        List<Snapshot> snapshots = new ArrayList<>();
        for (CimObject state : exp.states()) {
            if (!state.equals(present)) {
                Parsed parsed = exp.parsed(state);
                snapshots.add(new Snapshot(owner(state), parsed.machine().name(), parsed.machine()));
            }
        }
        return new Parsed(machine.machine(), snapshots, machine.warnings());
    }

    /** The tree of keys of the present state. */
    static HypervNode tree(byte[] content, String fileName) throws DefinitionException {
        ExpFile exp = open(content, fileName);
        return new ExpTree(exp.present(), exp.of(exp.present())).build();
    }

    private static ExpFile open(byte[] content, String fileName) throws DefinitionException {
        ExpFile exp = new ExpFile(fileName);
        exp.collect(XmlReader.read(content, fileName));
        return exp;
    }

    /** Objects may lie in whatever DSP0201 has to hold them; those within properties belong to their object. */
    private void collect(XmlElement element) throws DefinitionException {
        for (XmlElement child : element.children()) {
            if (child.name().equals("INSTANCE")) {
                if (objects.size() == MOST_OBJECTS) {
                    throw DefinitionException.of(file, "holds more than " + MOST_OBJECTS + " objects");
                }
                objects.add(CimObject.of(child, file));
            } else if (!child.name().startsWith("PROPERTY")) {
                collect(child);
            }
        }
    }

    private List<CimObject> states() {
        return objects.stream().filter(object -> object.is(SYSTEM)).toList();
    }

    /** A file in the folder of snapshots holds a snapshot alone, which is the machine as it was then. */
    private CimObject present() throws DefinitionException {
        List<CimObject> states = states();
        if (states.isEmpty()) {
            throw DefinitionException.of(
                    file, "holds no " + SYSTEM + ", so no machine; name the file with a GUID in Virtual Machines");
        }
        if (states.size() == 1) {
            return states.getFirst();
        }
        List<CimObject> present = states.stream()
                .filter(state -> !state.text("SettingType").map(String::strip).equals(Optional.of(SNAPSHOT)))
                .toList();
        if (present.size() != 1) {
            throw DefinitionException.of(
                    file,
                    "holds " + present.size() + " machines (" + SYSTEM + " that are no snapshots), and must hold one");
        }
        return present.getFirst();
    }

    private Parsed parsed(CimObject state) throws DefinitionException {
        ExpTree tree = new ExpTree(state, of(state));
        Parsed parsed = new HypervReader(new HypervSettings(file, tree.build())).read();
        List<String> warnings = new ArrayList<>(parsed.warnings());
        warnings.addAll(tree.warnings());
        return new Parsed(parsed.machine(), warnings);
    }

    /** The objects of a state, which have its GUID in their keys, and those of the host; ranges of settings are neither. */
    private List<CimObject> of(CimObject state) {
        Set<String> owners = Set.copyOf(states().stream().map(ExpFile::owner).toList());
        return objects.stream()
                .filter(object -> !owner(object).equals("definition"))
                .filter(object -> owners.size() == 1
                        || !owners.contains(owner(object))
                        || owner(object).equals(owner(state)))
                .toList();
    }

    /** What a key begins with: {@code Microsoft:GUID\...}. */
    private static String owner(CimObject object) {
        String id = object.id();
        String rest = id.startsWith("microsoft:") ? id.substring("microsoft:".length()) : id;
        int end = rest.indexOf('\\');
        return end < 0 ? rest : rest.substring(0, end);
    }
}
