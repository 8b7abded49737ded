package dev.bothways.conversion;

import dev.bothways.conversion.target.Target;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The machine as the target will get it: without what reaches into its host, where it leaves that ({@link HostReach}), on the target's
 * hardware ({@link HardwareMapping}), with the name of the system inside ({@link InstalledSystem}), and of sizes that the target takes
 * ({@link Fitting}).
 *
 * @param machine as it will be; its disks have no medium yet
 * @param lost what stays behind
 * @param reasons why an item is another than before, by its name in the plan
 */
record TargetMachine(Machine machine, List<Lost> lost, Map<String, String> reasons) {
    /** The item of a plan that says which system is inside. */
    static final String SYSTEM = "guest operating system";

    private static final String ANY_LINUX = "linux-unknown";

    /** What OVF's dialect keeps of a name that says nothing. */
    private static final Set<String> NAMELESS = Set.of("osType", "os.id", "os.version", "os.description");

    TargetMachine {
        lost = List.copyOf(lost);
        reasons = Map.copyOf(reasons);
    }

    /**
     * How a machine gets to its target.
     *
     * @param source the definition as it was read
     * @param dialect of the definition
     * @param identity what tells the machine from all others
     * @param firmware what shall start it, if that was asked for
     * @param installed the system that was found inside, if it has a name
     * @param strict whether nothing that reaches into the host stays
     * @param asIs whether the guest stays unchanged
     */
    record Way(
            Machine source,
            String dialect,
            String identity,
            Target target,
            Platform platform,
            Optional<Firmware> firmware,
            Optional<String> installed,
            boolean strict,
            boolean asIs) {

        /**
         * The machine at its end.
         *
         * @param hardDisks the disks as they will be laid out, in order: of each, the source's drive it comes from
         * @throws ConversionException where the platform has no room for the machine
         */
        TargetMachine end(List<Disk> hardDisks) throws ConversionException {
            boolean crossing = HostReach.crosses(dialect, source.platform(), target.id());
            HostReach reach = HostReach.of(source, hardDisks, crossing);
            boolean leaves = crossing || strict;
            HardwareMapping mapping = HardwareMapping.of(
                    leaves ? reach.machine() : source,
                    identity,
                    platform,
                    firmware,
                    leaves ? reach.hardDisks() : hardDisks,
                    target::takes,
                    asIs);
            Fitting fitting = Fitting.of(named(mapping.machine(), crossing), target.limits(platform), identity);
            Machine machine = fitting.machine();
            Map<String, String> reasons = new HashMap<>(fitting.reasons());
            if (!machine.guestOs().equals(source.guestOs())) {
                reasons.put(SYSTEM, "filled from inspection, which found " + installed.orElse("no name for it"));
            }
            List<Lost> lost = new ArrayList<>(leaves ? reach.lost() : reach.lostOn(mapping.machine()));
            lost.addAll(mapping.lost());
            return new TargetMachine(machine, lost, reasons);
        }

        /** "Some Linux" is what Proxmox calls any; elsewhere it would be less than what others say. */
        private Machine named(Machine machine, boolean crossing) {
            boolean vague =
                    crossing && machine.guestOs().filter(ANY_LINUX::equals).isPresent();
            if ((machine.guestOs().isPresent() && !vague) || installed.isEmpty()) {
                return machine;
            }
            List<Extra> extras = machine.extras().stream()
                    .filter(extra -> !extra.dialect().equals("ovf") || !NAMELESS.contains(extra.key()))
                    .toList();
            return machine.toBuilder().guestOs(installed.get()).extras(extras).build();
        }
    }
}
