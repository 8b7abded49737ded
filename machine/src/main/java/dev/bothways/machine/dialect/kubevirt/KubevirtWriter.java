package dev.bothways.machine.dialect.kubevirt;

import dev.bothways.machine.Clock;
import dev.bothways.machine.Console;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Processors;
import dev.bothways.machine.SecurityChip;
import dev.bothways.machine.dialect.Written;
import dev.bothways.machine.dialect.yaml.YamlText;
import java.util.ArrayList;
import java.util.List;

/** Writes a VirtualMachine, halted; its disks are DataVolumes that are there already when it starts. */
final class KubevirtWriter {
    private static final int MILLI = 10;

    /** All annotations of an object together have 256 KiB at most; a character has four bytes at most. */
    private static final int LONGEST_DESCRIPTION = 32 << 10;

    private final Machine machine;
    private final List<Lost> lost = new ArrayList<>();
    private final Tree root = new Tree();

    KubevirtWriter(Machine machine) {
        this.machine = machine;
    }

    Written write() {
        root.put("apiVersion", "kubevirt.io/v1");
        root.put("kind", "VirtualMachine");
        metadata();
        Tree spec = root.below("spec");
        spec.put("runStrategy", "Halted");
        Tree template = spec.below("template");
        machine.guestOs()
                .ifPresent(system ->
                        template.below("metadata").below("annotations").put(KubevirtReader.SYSTEM, system));
        Tree instance = template.below("spec");
        Tree domain = instance.below("domain");
        processors(domain);
        domain.below("memory").put("guest", Quantity.bytes(machine.memory().startup()));
        if (machine.memory().dynamic()) {
            lose("dynamic memory", "is not the machine's there: its memory is what it starts with");
        }
        firmware(domain);
        clock(domain);
        Tree devices = domain.below("devices");
        new DeviceWriter(machine, devices, instance, lost).write();
        consoles(devices);
        machine.securityChip().ifPresent(chip -> securityChip(chip, devices));
        for (HostDevice device : machine.hostDevices()) {
            lose("host device " + device.kind() + " " + device.address(), "stays with its host");
        }
        extras();
        instance.putIfAbsent(KubevirtReader.GRACE, KubevirtReader.USUAL_GRACE);
        return new Written(YamlText.document(root.members()), lost);
    }

    private void metadata() {
        Tree metadata = root.below("metadata");
        String resource = KubevirtDialect.resourceName(machine.name());
        metadata.put("name", resource);
        if (!resource.equals(machine.name())) {
            metadata.below("annotations").put(KubevirtReader.NAME, machine.name());
        }
        machine.description().ifPresent(text -> {
            if (text.length() <= LONGEST_DESCRIPTION) {
                metadata.below("annotations").put(KubevirtReader.DESCRIPTION, text);
            } else {
                lose("description", "is longer than the annotations of a cluster can be");
            }
        });
    }

    private void processors(Tree domain) {
        Processors processors = machine.processors();
        Tree cpu = domain.below("cpu");
        Processors.Topology topology =
                processors.topology().orElseGet(() -> new Processors.Topology(processors.maximum(), 1, 1));
        int perSocket = topology.coresPerSocket() * topology.threadsPerCore();
        boolean grows = processors.maximum() > processors.count();
        boolean fits = processors.count() % perSocket == 0;
        if (!fits) {
            lose("processor topology", "does not fit the " + processors.count() + " processors it starts with");
        }
        if (processors.topology().isPresent() && fits) {
            cpu.put("cores", (long) topology.coresPerSocket());
            cpu.put("sockets", (long) processors.count() / perSocket);
            cpu.put("threads", (long) topology.threadsPerCore());
        } else if (grows) {
            cpu.put("sockets", (long) processors.count());
        } else {
            cpu.put("cores", (long) processors.count());
        }
        if (grows) {
            cpu.put("maxSockets", (long) (fits ? topology.sockets() : processors.maximum()));
        }
        processors
                .limit()
                .ifPresent(
                        percent -> domain.below("resources").below("limits").put("cpu", (long) percent * MILLI + "m"));
        processors.weight().ifPresent(weight -> lose("processor weight", "is shared out by the cluster"));
        if (processors.nested()) {
            lose("nested virtualization", "is given by the cluster's nodes, with the processor model host-passthrough");
        }
    }

    private void firmware(Tree domain) {
        Tree firmware = domain.below("firmware");
        machine.uuid().ifPresent(uuid -> firmware.put("uuid", uuid.toString()));
        Tree loader = firmware.below("bootloader");
        domain.below("features").below("acpi");
        switch (machine.firmware()) {
            case Firmware.Bios bios -> loader.below("bios");
            case Firmware.Uefi uefi -> {
                loader.below("efi").put("secureBoot", uefi.secureBoot());
                if (uefi.secureBoot()) {
                    domain.below("features").below("smm").put("enabled", true);
                }
                uefi.variables()
                        .ifPresent(file -> lose(
                                "UEFI variables " + file,
                                "stay behind; the guest starts by its disk's usual boot file"));
            }
            case Firmware.DirectKernel kernel ->
                lose("kernel " + kernel.kernel() + " of the host", "is on no node of a cluster");
            case Firmware.HostBootLoader program -> lose(program.program(), "is not run by KubeVirt");
            case Firmware.ParavirtualGrub grub -> lose(grub.image(), "is not run by KubeVirt");
        }
    }

    private void clock(Tree domain) {
        Clock clock = machine.clock();
        if (clock.base() == Clock.Base.LOCAL_TIME) {
            lose("clock", "followed the host's local time, and KubeVirt must be told the zone: clock.timezone");
        } else if (clock.offsetSeconds() != 0) {
            domain.below("clock").below("utc").put("offsetSeconds", clock.offsetSeconds());
        }
    }

    private void consoles(Tree devices) {
        boolean serial = machine.consoles().stream().anyMatch(console -> console.type() == Console.Type.SERIAL);
        if (!serial) {
            devices.put("autoattachSerialConsole", false);
        }
        for (int i = serial ? 1 : 0; i < machine.consoles().size(); i++) {
            lose("console " + (i + 1), "is one more than the serial port that KubeVirt gives");
        }
        if (machine.display().adapter().orElse("").equals("none")) {
            devices.put("autoattachGraphicsDevice", false);
        }
    }

    private void securityChip(SecurityChip chip, Tree devices) {
        if (chip == SecurityChip.TPM_2_0) {
            devices.below("tpm").put("persistent", true);
        } else {
            lose("security chip", "is of version 1.2, and KubeVirt has 2.0 only");
        }
    }

    /** What was read of another VirtualMachine goes where it was; what is there already is the machine's. */
    private void extras() {
        for (Extra extra : machine.extras()) {
            boolean ours = extra.dialect().equals(KubevirtDialect.ID);
            if (!ours) {
                lose(extra.key() + " (" + extra.dialect() + ")", "means nothing to KubeVirt");
            } else if (!extra.key().equals(KubevirtDevices.APART) && !root.merge(extra.key(), extra.value())) {
                lose(extra.key() + " (" + extra.dialect() + ")", "is said otherwise by the machine itself");
            }
        }
    }

    private void lose(String item, String why) {
        lost.add(new Lost(item, why));
    }
}
