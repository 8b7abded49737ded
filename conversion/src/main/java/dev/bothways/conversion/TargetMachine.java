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
 * The machine as the target will get it: freed of what reaches into its host ({@link HostReach}), on the target's hardware ({@link
 * HardwareMapping}), with the name of the system inside ({@link InstalledSystem}), and of sizes that the target takes ({@link
 * Fitting}).
 *
 * @param machine as it will be; its disks have no medium yet
 * @param lost what stays behind
 * @param warnings what someone should look at, a sentence each
 * @param reasons why an item is another than before, by its name in the plan
 */
record TargetMachine(Machine machine, List<Lost> lost, List<String> warnings, Map<String, String> reasons) {
    /** What OVF's dialect keeps of a name that says nothing. */
    private static final Set<String> NAMELESS = Set.of("osType", "os.id", "os.version", "os.description");

    TargetMachine {
        lost = List.copyOf(lost);
        warnings = List.copyOf(warnings);
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
            HostReach reach = HostReach.of(source, dialect, hardDisks, target.id(), strict);
            HardwareMapping mapping = HardwareMapping.of(
                    reach.machine(), identity, platform, firmware, reach.hardDisks(), target::takes, asIs);
            Fitting fitting = Fitting.of(named(mapping.machine()), target.limits(platform), identity);
            Map<String, String> reasons = new HashMap<>(fitting.reasons());
            if (!fitting.machine().guestOs().equals(source.guestOs())) {
                reasons.put("guest operating system", "the system that was found inside");
            }
            List<Lost> lost = new ArrayList<>(reach.lost());
            lost.addAll(mapping.lost());
            return new TargetMachine(fitting.machine(), lost, reach.warnings(), reasons);
        }

        private Machine named(Machine machine) {
            if (machine.guestOs().isPresent() || installed.isEmpty()) {
                return machine;
            }
            List<Extra> extras = machine.extras().stream()
                    .filter(extra -> !extra.dialect().equals("ovf") || !NAMELESS.contains(extra.key()))
                    .toList();
            return machine.toBuilder().guestOs(installed).extras(extras).build();
        }
    }
}
