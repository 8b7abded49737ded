package dev.bothways.conversion.target;

import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Nic;

/**
 * What each target counts in, and how much it gives a machine: one row a target, with the sources in {@code
 * docs/platforms/limits.md}. A plan rounds a machine up to them and shows both values; what exceeds them is refused.
 *
 * <p>Where a drive may be attached (SCSI's unit 7, IDE's four places) is said by {@link Target#takes}.
 */
public enum TargetLimits {
    //             step           least           most              CPUs   topology            NICs  CDs  name
    XEN_PV("Xen", Unit.MIB, Unit.MIB, 16 * Unit.TIB, 8192, Topologies.NONE, 8, Unit.MANY, Unit.MANY),
    XEN_HVM("Xen", Unit.MIB, Unit.MIB, 16 * Unit.TIB, 128, Topologies.NONE, 8, Unit.MANY, Unit.MANY),
    XENSERVER("XenServer", Unit.MIB, 16 * Unit.MIB, 16 * Unit.TIB, 254, Topologies.CORES, 7, Unit.MANY, Unit.MANY),
    HYPERV_GEN1("hyperv-gen1", 2 * Unit.MIB, 32 * Unit.MIB, Unit.TIB, 64, Topologies.NONE, 12, Unit.MANY, 100),
    HYPERV_GEN2("hyperv-gen2", 2 * Unit.MIB, 32 * Unit.MIB, 240 * Unit.TIB, 2048, Topologies.NONE, 8, Unit.MANY, 100),
    VMWARE("VMware", 4 * Unit.MIB, 4 * Unit.MIB, 24 * Unit.TIB, 768, Topologies.DIVIDING, 10, Unit.MANY, 80),
    KVM("kvm", Unit.MIB, Unit.MIB, 16 * Unit.TIB, 255, Topologies.THREADS, 32, Unit.MANY, 200),
    PROXMOX("Proxmox", Unit.MIB, 16 * Unit.MIB, 4_178_944 * Unit.MIB, 4096, Topologies.CORES, 32, Unit.MANY, Unit.MANY),
    KUBEVIRT("KubeVirt", Unit.MIB, Unit.MIB, 16 * Unit.TIB, 710, Topologies.THREADS, 256, Unit.MANY, Unit.MANY),
    VIRTUALBOX("VirtualBox", Unit.MIB, 4 * Unit.MIB, 2 * Unit.TIB, 64, Topologies.NONE, 8, Unit.MANY, 200),
    /** VirtualBox' import counts CD drives without a disc as one. */
    VIRTUALBOX_OVF("VirtualBox", Unit.MIB, 4 * Unit.MIB, 2 * Unit.TIB, 64, Topologies.NONE, 8, 1, 200);

    /** How a target arranges processors. */
    public enum Topologies {
        /** By itself; its definition has no word for it. */
        NONE,
        /** Sockets and cores, whose product is the number of processors. */
        CORES,
        /** Likewise, with threads. */
        THREADS,
        /** Cores of a socket, which must divide the number of processors. */
        DIVIDING
    }

    private static final class Unit {
        static final long MIB = 1L << 20;
        static final long TIB = 1L << 40;
        static final int MANY = Integer.MAX_VALUE;
    }

    private static final long LEAST_FOR_UEFI_OF_VMWARE = 96 * Unit.MIB;

    private final String giver;
    private final long memoryStep;
    private final long leastMemory;
    private final long mostMemory;
    private final int processors;
    private final Topologies topologies;
    private final int nics;
    private final int cdroms;
    private final int nameLength;

    TargetLimits(
            String giver,
            long memoryStep,
            long leastMemory,
            long mostMemory,
            int processors,
            Topologies topologies,
            int nics,
            int cdroms,
            int nameLength) {
        this.giver = giver;
        this.memoryStep = memoryStep;
        this.leastMemory = leastMemory;
        this.mostMemory = mostMemory;
        this.processors = processors;
        this.topologies = topologies;
        this.nics = nics;
        this.cdroms = cdroms;
        this.nameLength = nameLength;
    }

    /** Who sets the limits, for messages. */
    public String giver() {
        return giver;
    }

    /** What memory is a multiple of, in bytes. */
    public long memoryStep() {
        return memoryStep;
    }

    /** The least memory of a machine with this firmware, in bytes. */
    public long leastMemory(Firmware firmware) {
        return this == VMWARE && firmware instanceof Firmware.Uefi ? LEAST_FOR_UEFI_OF_VMWARE : leastMemory;
    }

    /** How processors are arranged. */
    public Topologies topologies() {
        return topologies;
    }

    /** The most CD drives of a machine. */
    public int cdroms() {
        return cdroms;
    }

    /** The longest name of a machine, in characters. */
    public int nameLength() {
        return nameLength;
    }

    /** Names what the machine has too much of, and addresses that no network card can have as its own. */
    void check(Machine machine, Refusals refusals) {
        refusals.atMost(machine.nics().size(), "network cards", nics, giver);
        refusals.atMost(machine.processors().maximum(), "processors", processors, giver);
        refusals.atMost(machine.memory().maximum(), "bytes of memory", mostMemory, giver);
        if (this != XEN_PV && this != XEN_HVM) {
            for (Nic nic : machine.nics()) {
                nic.mac().filter(mac -> mac.ofGroup()).ifPresent(mac -> refusals.groupAddress(mac, giver));
            }
        }
    }
}
