package dev.bothways.machine.dialect.vmx;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.GuestOs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Values that mean one thing in several words: what they mean, and the word that is written. The reader keeps a word that is
 * not the written one as an extra, and the writer takes it from there as long as it still means what the record says.
 */
final class VmxWords {
    /** VMware's "normal" shares of a processor, and the usual weight of the record. */
    private static final int NORMAL_SHARES = 1000;

    private static final int NORMAL_WEIGHT = 256;
    private static final long HIGHEST_SHARES = 1_000_000;

    private VmxWords() {}

    /** What a machine's guest operating system is by {@code guestOS}. */
    static Optional<String> guestOs(String word) {
        return GuestOs.ofVmware(word).text();
    }

    /**
     * The {@code guestOS} of a machine.
     *
     * @param hardwareVersion which words there are
     */
    static String guestOsWord(Optional<String> text, int hardwareVersion) {
        return text.map(GuestOs::of)
                .orElseGet(GuestOs::unknown)
                .knownToVmware(hardwareVersion)
                .words()
                .vmware();
    }

    /** The meaning of {@code bios.bootOrder}, where it is a plain list of devices. */
    static Optional<List<BootDevice>> bootOrder(String word) {
        List<BootDevice> order = new ArrayList<>();
        for (String part : VmxSettings.small(word).split(",", -1)) {
            String name = part.strip();
            Optional<BootDevice> device = Optional.empty();
            if (name.equals("hdd")) {
                device = Optional.of(BootDevice.DISK);
            } else if (name.equals("cdrom")) {
                device = Optional.of(BootDevice.CDROM);
            } else if (name.equals("floppy")) {
                device = Optional.of(BootDevice.FLOPPY);
            } else if (name.matches("ethernet[0-9]?")) {
                device = Optional.of(BootDevice.NETWORK);
            }
            if (device.isEmpty()) {
                return Optional.empty();
            }
            device.filter(found -> !order.contains(found)).ifPresent(order::add);
        }
        return Optional.of(order);
    }

    /** The {@code bios.bootOrder} of an order that is not empty. */
    static String bootOrderWord(List<BootDevice> order) {
        return order.stream()
                .map(device -> switch (device) {
                    case DISK -> "hdd";
                    case CDROM -> "cdrom";
                    case NETWORK -> "ethernet0";
                    case FLOPPY -> "floppy";
                })
                .collect(Collectors.joining(","));
    }

    /** The weight that {@code sched.cpu.shares} mean for so many processors; empty for the usual. */
    static Optional<OptionalInt> weight(String word, int processors) {
        String shares = VmxSettings.small(word.strip());
        if (shares.equals("normal") || shares.isEmpty()) {
            return Optional.of(OptionalInt.empty());
        }
        if (shares.equals("low")) {
            return Optional.of(OptionalInt.of(NORMAL_WEIGHT / 2));
        }
        if (shares.equals("high")) {
            return Optional.of(OptionalInt.of(NORMAL_WEIGHT * 2));
        }
        if (!shares.matches("[0-9]{1,7}") || Long.parseLong(shares) > HIGHEST_SHARES || Long.parseLong(shares) < 1) {
            return Optional.empty();
        }
        long usual = (long) NORMAL_SHARES * processors;
        int weight = Math.toIntExact(Math.max(1, Math.round((double) Long.parseLong(shares) * NORMAL_WEIGHT / usual)));
        return Optional.of(weight == NORMAL_WEIGHT ? OptionalInt.empty() : OptionalInt.of(weight));
    }

    /** The {@code sched.cpu.shares} of a weight. */
    static String weightWord(int weight, int processors) {
        return switch (weight) {
            case NORMAL_WEIGHT -> "normal";
            case NORMAL_WEIGHT / 2 -> "low";
            case NORMAL_WEIGHT * 2 -> "high";
            default -> {
                long shares = Math.round((double) weight * NORMAL_SHARES * processors / NORMAL_WEIGHT);
                yield Long.toString(Math.clamp(shares, 1, HIGHEST_SHARES));
            }
        };
    }

    /** A UUID as VMware writes it: {@code 56 4d 12 23 f8 35 c4 b1-bb f6 e3 23 90 d6 2b d3}. */
    static Optional<UUID> uuid(String word) {
        String digits = word.replaceAll("[ -]", "");
        if (!digits.matches("[0-9a-fA-F]{32}")) {
            return Optional.empty();
        }
        return Optional.of(new UUID(
                Long.parseUnsignedLong(digits.substring(0, 16), 16), Long.parseUnsignedLong(digits.substring(16), 16)));
    }

    /** A UUID in VMware's form. */
    static String uuidWord(UUID uuid) {
        String digits = uuid.toString().replace("-", "");
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < digits.length(); i += 2) {
            out.append(i == 0 ? "" : i == 16 ? "-" : " ").append(digits, i, i + 2);
        }
        return out.toString();
    }
}
