package dev.bothways.machine.dialect.xapi;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Machine;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.Snapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds the machines among the objects, and their snapshots. */
final class XapiReader {
    private final XapiDocument document;
    private final List<Parsed> machines = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    XapiReader(XapiDocument document) {
        this.document = document;
    }

    /** A snapshot is a template too, as XAPI has it; what is a template alone was never a machine. */
    List<Parsed> machines() throws DefinitionException {
        List<XapiRecord> snapshots = new ArrayList<>();
        List<XapiRecord> own = new ArrayList<>();
        List<String> passedOver = new ArrayList<>();
        for (XapiRecord vm : document.all("VM")) {
            if (vm.truth("is_control_domain")) {
                passedOver.add("the control domain " + name(vm));
            } else if (vm.truth("is_a_snapshot")) {
                snapshots.add(vm);
            } else if (vm.truth("is_a_template")) {
                passedOver.add("the template " + name(vm));
            } else {
                own.add(vm);
            }
        }
        passedOver.forEach(what -> warnings.add(document.file() + ": " + what + " is no machine and is passed over"));
        // Of an exported snapshot there is nothing else.
        List<XapiRecord> wanted = own.isEmpty() ? snapshots : own;
        for (XapiRecord vm : wanted) {
            machines.add(machine(vm, own.isEmpty() ? List.of() : snapshots));
        }
        if (machines.isEmpty()) {
            throw DefinitionException.of(
                    document.file(),
                    passedOver.isEmpty()
                            ? "holds no machine"
                            : "holds " + passedOver.getFirst() + " and no machine; export a machine made from it");
        }
        return machines;
    }

    private Parsed machine(XapiRecord vm, List<XapiRecord> all) throws DefinitionException {
        List<String> said = new ArrayList<>(machines.isEmpty() ? warnings : List.of());
        Machine machine = new VmReader(document, vm, said).machine();
        List<XapiRecord> own = new ArrayList<>();
        for (XapiRecord snapshot : all) {
            if (snapshot.reference("snapshot_of").filter(vm.id()::equals).isPresent()) {
                own.add(snapshot);
            }
        }
        own.sort(Comparator.comparing(XapiReader::time));
        List<Snapshot> snapshots = new ArrayList<>();
        for (XapiRecord snapshot : own) {
            Machine then = new VmReader(document, snapshot, said).machine();
            String id = snapshot.word("uuid").orElse(snapshot.id());
            snapshots.add(new Snapshot(id, then.name(), then));
        }
        return new Parsed(machine, snapshots, said);
    }

    /** ISO 8601 in the basic form, so that it sorts as it stands; a field that is no text sorts first. */
    private static String time(XapiRecord snapshot) {
        return snapshot.fields().members().get("snapshot_time") instanceof RpcValue.Text text ? text.text() : "";
    }

    private static String name(XapiRecord vm) throws DefinitionException {
        Optional<String> name = vm.word("name_label");
        return name.map(text -> "'" + text + "'").orElse(vm.id());
    }
}
