package dev.bothways.conversion;

import dev.bothways.conversion.target.PlainText;
import dev.bothways.conversion.target.TargetLimits;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Processors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a machine fit what its target counts in: memory in whole steps, processors as the target arranges them, names of characters
 * that it takes. Nothing is rounded anywhere else, so a plan shows each such value before and after.
 *
 * @param machine as the target can take it
 * @param reasons why an item is another than before, by the item's name in the plan
 */
record Fitting(Machine machine, Map<String, String> reasons) {
    private static final String NO_ADDRESS = "00:00:00:00:00:00";

    Fitting {
        reasons = Map.copyOf(reasons);
    }

    /**
     * The machine as it fits.
     *
     * @param identity what tells the machine from all others
     */
    static Fitting of(Machine machine, TargetLimits limits, String identity) {
        return new Fitter(machine, limits, identity).fit();
    }

    private static final class Fitter {
        private final Machine machine;
        private final TargetLimits limits;
        private final String identity;
        private final Map<String, String> reasons = new HashMap<>();

        Fitter(Machine machine, TargetLimits limits, String identity) {
            this.machine = machine;
            this.limits = limits;
            this.identity = identity;
        }

        Fitting fit() {
            Machine.Builder fitting = machine.toBuilder()
                    .name(name())
                    .memory(memory())
                    .processors(processors())
                    .disks(drives())
                    .nics(nics());
            machine.description().ifPresent(text -> fitting.description(plain("description", text, true)));
            return new Fitting(fitting.build(), reasons);
        }

        private String name() {
            String name = plain("name", machine.name(), false);
            if (name.codePointCount(0, name.length()) <= limits.nameLength()) {
                return name;
            }
            reasons.put("name", limits.giver() + " takes names of at most " + limits.nameLength() + " characters");
            return name.substring(0, name.offsetByCodePoints(0, limits.nameLength()));
        }

        private String plain(String item, String text, boolean lines) {
            String plain = lines ? PlainText.ofLines(text) : PlainText.of(text);
            if (!plain.equals(text)) {
                reasons.put(item, "characters that control a terminal or the direction of a text are left out");
            }
            return plain;
        }

        private Memory memory() {
            Memory memory = machine.memory();
            long startup = stepped(memory.startup());
            long minimum = Math.min(stepped(memory.minimum()), startup);
            long maximum = Math.max(stepped(memory.maximum()), startup);
            String why = limits.giver() + " takes memory in steps of " + (limits.memoryStep() >> 20)
                    + " MiB, and at least " + (limits.leastMemory(machine.firmware()) >> 20) + " MiB";
            if (startup != memory.startup()) {
                reasons.put("memory", why);
            }
            if (minimum != memory.minimum() || maximum != memory.maximum()) {
                reasons.put("dynamic memory", why);
            }
            return new Memory(startup, minimum, maximum);
        }

        private long stepped(long bytes) {
            long wanted = Math.max(bytes, limits.leastMemory(machine.firmware()));
            return Math.multiplyExact(Math.ceilDiv(wanted, limits.memoryStep()), limits.memoryStep());
        }

        private Processors processors() {
            Processors processors = machine.processors();
            Optional<Processors.Topology> topology = processors.topology().flatMap(this::topology);
            if (!topology.equals(processors.topology())) {
                reasons.put(
                        "processor topology",
                        limits.giver()
                                + switch (limits.topologies()) {
                                    case NONE -> " arranges processors by itself";
                                    case CORES -> " knows sockets and cores, whose product is the number of processors";
                                    case THREADS -> " wants a topology that holds exactly the machine's processors";
                                    case DIVIDING -> " wants a number of cores that divides the number of processors";
                                });
            }
            return new Processors(
                    processors.count(),
                    processors.maximum(),
                    topology,
                    processors.limit(),
                    processors.weight(),
                    processors.nested());
        }

        private Optional<Processors.Topology> topology(Processors.Topology topology) {
            Processors processors = machine.processors();
            long product = (long) topology.sockets() * topology.coresPerSocket() * topology.threadsPerCore();
            return switch (limits.topologies()) {
                case NONE -> Optional.of(topology);
                case THREADS -> product == processors.maximum() ? Optional.of(topology) : Optional.empty();
                case CORES -> product == processors.maximum() ? Optional.of(folded(topology)) : Optional.empty();
                case DIVIDING -> {
                    int cores = folded(topology).coresPerSocket();
                    yield cores <= processors.count() && processors.count() % cores == 0
                            ? Optional.of(new Processors.Topology(processors.count() / cores, cores, 1))
                            : Optional.empty();
                }
            };
        }

        /** Threads become cores, so that there are as many processors. */
        private static Processors.Topology folded(Processors.Topology topology) {
            return new Processors.Topology(
                    topology.sockets(), Math.multiplyExact(topology.coresPerSocket(), topology.threadsPerCore()), 1);
        }

        /** The empty CD drives beyond what the target has. */
        private List<Disk> drives() {
            List<Disk> drives = new ArrayList<>();
            int cdroms = 0;
            for (Disk drive : machine.disks()) {
                if (drive.kind() != Disk.Kind.CDROM || ++cdroms <= limits.cdroms()) {
                    drives.add(drive);
                } else {
                    reasons.put("CD drive " + cdroms, limits.giver() + " takes " + limits.cdroms() + " of them");
                }
            }
            return drives;
        }

        private List<Nic> nics() {
            List<Nic> nics = new ArrayList<>();
            for (Nic nic : machine.nics()) {
                String of = " of network card " + (nics.size() + 1);
                Nic.Builder fitting = nic.toBuilder();
                // VMware's way to say that somebody else keeps the address.
                if (nic.mac().filter(mac -> mac.text().equals(NO_ADDRESS)).isPresent()) {
                    fitting.mac(NewAddress.of(machine.platform(), identity, nics.size()));
                    reasons.put("address" + of, "an address of zeros is none");
                }
                nic.network().ifPresent(network -> fitting.network(plain("network" + of, network, false)));
                nics.add(fitting.build());
            }
            return nics;
        }
    }
}
