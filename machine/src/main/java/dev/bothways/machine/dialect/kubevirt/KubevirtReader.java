package dev.bothways.machine.dialect.kubevirt;

import dev.bothways.machine.Clock;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import dev.bothways.machine.SecurityChip;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;

/** Reads one VirtualMachine or VirtualMachineInstance. */
final class KubevirtReader {
    /** Where the name goes that a cluster cannot have. */
    static final String NAME = "bothways.dev/name";

    static final String DESCRIPTION = "description";
    /** What the templates of KubeVirt's makers call the guest's system by. */
    static final String SYSTEM = "vm.kubevirt.io/os";

    static final String GRACE = "terminationGracePeriodSeconds";
    /** A guest that is asked to end may take longer than the half minute that is usual for containers. */
    static final long USUAL_GRACE = 180;

    /** What only a running cluster can say of an object. */
    private static final List<String> OF_CLUSTER = List.of(
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "managedFields",
            "selfLink",
            "finalizers",
            "ownerReferences");

    private static final String APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
    private static final int MOST_PROCESSORS = 1 << 16;
    private static final long MOST_MEMORY = 1L << 50;

    private final Fields root;
    private final String file;
    private final VolumeSizes sizes;
    private final List<String> warnings = new ArrayList<>();

    KubevirtReader(JsonValue.Members document, String file, VolumeSizes sizes) {
        this.root = new Fields(machine(document), "", file);
        this.file = file;
        this.sizes = sizes;
    }

    /** An instance is what the template of a machine makes. */
    private static JsonValue.Members machine(JsonValue.Members document) {
        boolean instance = document.member("kind").orElse(document) instanceof JsonValue.Text kind
                && kind.text().equals("VirtualMachineInstance");
        if (!instance) {
            return document;
        }
        Map<String, JsonValue> machine = new LinkedHashMap<>(document.members());
        document.member("spec")
                .ifPresent(spec -> machine.put(
                        "spec",
                        new JsonValue.Members(
                                Map.of("template", new JsonValue.Members(Map.of("spec", spec), spec.line())),
                                spec.line())));
        return new JsonValue.Members(machine, document.line());
    }

    Parsed read() throws DefinitionException {
        List.of("apiVersion", "kind", "status").forEach(root::take);
        Fields metadata = root.below("metadata");
        OF_CLUSTER.forEach(metadata::take);
        Fields annotations = metadata.below("annotations");
        annotations.take(APPLIED);
        String resource = metadata.text("name").orElse("unnamed");
        Machine.Builder machine = Machine.builder(annotations.text(NAME).orElse(resource), Platform.KVM);
        annotations.text(DESCRIPTION).ifPresent(machine::description);
        Fields spec = root.below("spec");
        spec.take("dataVolumeTemplates");
        // Whether it runs is nothing of its definition.
        List.of("running", "runStrategy").forEach(spec::take);
        Fields template = spec.below("template");
        template.below("metadata").below("annotations").text(SYSTEM).ifPresent(machine::guestOs);
        Fields instance = template.below("spec");
        Fields domain = instance.object("domain")
                .orElseThrow(() -> DefinitionException.of(file, "the machine " + resource + " has no domain"));
        instance.takeUsual(GRACE, USUAL_GRACE);
        boolean elsewhere = spec.has("instancetype");
        if (elsewhere) {
            warnings.add("the processors and memory of " + resource
                    + " are said by an instance type of its cluster; say them with --cpus and --memory");
        }
        processors(domain, machine);
        memory(domain, elsewhere, machine);
        firmware(domain, machine);
        clock(domain, machine);
        KubevirtDevices devices = new KubevirtDevices(instance, domain.below("devices"), sizes);
        devices.read(machine);
        List<Extra> extras = new ArrayList<>(root.rest());
        extras.addAll(devices.apart());
        return new Parsed(machine.extras(extras).build(), warnings);
    }

    private void processors(Fields domain, Machine.Builder machine) throws DefinitionException {
        Fields cpu = domain.below("cpu");
        OptionalInt cores = cpu.whole("cores", 1);
        OptionalInt sockets = cpu.whole("sockets", 1);
        OptionalInt threads = cpu.whole("threads", 1);
        Fields limits = domain.below("resources").below("limits");
        Fields requests = domain.below("resources").below("requests");
        OptionalInt limit = percent(limits, "cpu");
        long count = (long) cores.orElse(1) * sockets.orElse(1) * threads.orElse(1);
        boolean said = cores.isPresent() || sockets.isPresent() || threads.isPresent();
        if (!said) {
            // KubeVirt gives as many sockets as processors of the host are asked for.
            count = Math.ceilDiv(
                    Math.max(1, limit.orElse(percent(requests, "cpu").orElse(1))), 100);
        }
        long most = count
                / sockets.orElse(1)
                * Math.max(sockets.orElse(1), cpu.whole("maxSockets", 1).orElse(1));
        if (most > MOST_PROCESSORS) {
            throw cpu.wrong("cores", "gives the machine " + most + " processors, more than any host has");
        }
        Optional<Processors.Topology> topology = said && cores.isPresent() && sockets.isPresent()
                ? Optional.of(new Processors.Topology(
                        (int) (most / cores.getAsInt() / threads.orElse(1)), cores.getAsInt(), threads.orElse(1)))
                : Optional.empty();
        machine.processors(
                new Processors((int) count, (int) Math.max(count, most), topology, limit, OptionalInt.empty(), false));
    }

    private static OptionalInt percent(Fields amounts, String key) throws DefinitionException {
        Optional<JsonValue> value = amounts.take(key);
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        OptionalLong percent = Quantity.percent(value.get());
        if (percent.isEmpty() || percent.getAsLong() < 1 || percent.getAsLong() > 100L * MOST_PROCESSORS) {
            throw amounts.wrong(key, "should be an amount of processors, such as 2 or 500m");
        }
        return OptionalInt.of((int) percent.getAsLong());
    }

    private void memory(Fields domain, boolean elsewhere, Machine.Builder machine) throws DefinitionException {
        Fields limits = domain.below("resources").below("limits");
        Fields requests = domain.below("resources").below("requests");
        Fields memory = domain.below("memory");
        OptionalLong guest = bytes(memory, "guest");
        OptionalLong requested = bytes(requests, "memory");
        OptionalLong limited = bytes(limits, "memory");
        OptionalLong bytes = guest.isPresent() ? guest : requested.isPresent() ? requested : limited;
        OptionalLong most = bytes(memory, "maxGuest");
        if (bytes.isPresent()) {
            long startup = bytes.getAsLong();
            machine.memory(new Memory(startup, startup, Math.max(startup, most.orElse(startup))));
        } else if (!elsewhere) {
            throw DefinitionException.of(file, "the machine has no memory: neither memory.guest nor a request");
        }
    }

    private static OptionalLong bytes(Fields amounts, String key) throws DefinitionException {
        Optional<JsonValue> value = amounts.take(key);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        OptionalLong bytes = Quantity.of(value.get());
        if (bytes.isEmpty() || bytes.getAsLong() < 1 || bytes.getAsLong() > MOST_MEMORY) {
            throw amounts.wrong(key, "should be an amount of memory, such as 512Mi");
        }
        return bytes;
    }

    private void firmware(Fields domain, Machine.Builder machine) throws DefinitionException {
        Fields firmware = domain.below("firmware");
        Optional<String> uuid = firmware.text("uuid");
        if (uuid.isPresent()) {
            if (!uuid.get().matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")) {
                throw firmware.wrong("uuid", "is no UUID: " + uuid.get());
            }
            machine.uuid(UUID.fromString(uuid.get()));
        }
        Fields loader = firmware.below("bootloader");
        Optional<Fields> efi = loader.object("efi");
        loader.object("bios");
        boolean secure = efi.isPresent() && efi.get().truth("secureBoot").orElse(true);
        machine.firmware(efi.isPresent() ? new Firmware.Uefi(secure) : new Firmware.Bios());
        Fields features = domain.below("features");
        // Every guest has it, and secure boot cannot be without it.
        if (secure) {
            features.take("smm");
        }
        features.object("acpi");
        Fields devices = domain.below("devices");
        Optional<Fields> tpm = devices.object("tpm");
        if (tpm.isPresent() && tpm.get().truth("enabled").orElse(true)) {
            tpm.get().take("persistent");
            machine.securityChip(Optional.of(SecurityChip.TPM_2_0));
        }
    }

    private static void clock(Fields domain, Machine.Builder machine) throws DefinitionException {
        Optional<Fields> utc = domain.below("clock").object("utc");
        if (utc.isPresent()) {
            Optional<String> offset = utc.get().text("offsetSeconds");
            if (offset.isPresent() && !offset.get().matches("-?[0-9]{1,10}")) {
                throw utc.get().wrong("offsetSeconds", "should be a number of seconds");
            }
            machine.clock(new Clock(Clock.Base.UTC, offset.map(Long::parseLong).orElse(0L)));
        }
    }
}
