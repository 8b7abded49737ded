package dev.bothways.machine.dialect.libvirt;

import dev.bothways.machine.Bus;
import dev.bothways.machine.Slot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names in {@code <target dev=...>}. Under Xen one is what the guest calls the drive; elsewhere it is a label that libvirt
 * numbers drives by that have no address.
 */
final class DriveNames {
    private static final Pattern NAME = Pattern.compile("(?:ioemu:)?(fd|hd|sd|vd|xvd|ubd)([a-z]{1,5})([0-9]{1,4})?");
    private static final Pattern NVME_NAME = Pattern.compile("nvme([0-9]{1,6})n[0-9]{1,6}");
    private static final int LETTERS = 26;
    private static final int MOST = 1 << 20;
    private static final int IDE_UNITS = 4;
    /** Of a plain SCSI adapter: eight places, one of which is its own. */
    private static final int NARROW_UNITS = 7;

    private static final int WIDE_UNITS = 15;
    private static final int WIDE_OWN = 7;
    private static final int SATA_UNITS = 6;

    private DriveNames() {}

    /**
     * A name taken apart.
     *
     * @param prefix what it begins with
     * @param index its letters as a number, from 0
     * @param partition the digits at its end
     */
    record Name(String prefix, int index, OptionalInt partition) {
        /** The bus that the name alone stands for. */
        Optional<Bus> bus() {
            return switch (prefix) {
                case "fd" -> Optional.of(Bus.FLOPPY);
                case "hd" -> Optional.of(Bus.IDE);
                case "sd" -> Optional.of(Bus.SCSI);
                case "vd" -> Optional.of(Bus.VIRTIO);
                case "xvd" -> Optional.of(Bus.XEN);
                case "nvme" -> Optional.of(Bus.NVME);
                default -> Optional.empty();
            };
        }
    }

    /** The parts of a name; nothing if libvirt would not take it for a drive's. */
    static Optional<Name> parse(String text) {
        Matcher nvme = NVME_NAME.matcher(text);
        if (nvme.matches()) {
            return Optional.of(new Name("nvme", Integer.parseInt(nvme.group(1)), OptionalInt.empty()));
        }
        Matcher matcher = NAME.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int index = 0;
        for (char letter : matcher.group(2).toCharArray()) {
            index = index * LETTERS + (letter - 'a' + 1);
        }
        int partition = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
        return index > MOST
                ? Optional.empty()
                : Optional.of(new Name(
                        matcher.group(1), index - 1, partition == 0 ? OptionalInt.empty() : OptionalInt.of(partition)));
    }

    /** Where libvirt attaches a drive of this number that has no address. */
    static Slot slot(Bus bus, int index, Flavour flavour) {
        return switch (bus) {
            case SCSI -> {
                if (flavour == Flavour.XEN) {
                    yield Slot.ofIndex(bus, index);
                }
                if (flavour.ofQemu()) {
                    yield Slot.of(bus, index / NARROW_UNITS, index % NARROW_UNITS);
                }
                int unit = index % WIDE_UNITS;
                yield Slot.of(bus, index / WIDE_UNITS, unit < WIDE_OWN ? unit : unit + 1);
            }
            case SATA -> Slot.of(bus, index / SATA_UNITS, index % SATA_UNITS);
            case XEN, IDE, VIRTIO, NVME, USB, FLOPPY -> Slot.ofIndex(bus, index);
        };
    }

    /** The usual names of drives at these places, all different. */
    static List<String> usual(List<Slot> slots, Flavour flavour, Set<String> taken) {
        if (flavour == Flavour.XEN) {
            return slots.stream().map(Slot::deviceName).toList();
        }
        List<String> names = new ArrayList<>(Collections.nCopies(slots.size(), ""));
        Set<String> used = new HashSet<>(taken);
        // The number of a drive on USB is nothing but its name, so those choose first.
        for (boolean byName : new boolean[] {true, false}) {
            for (int i = 0; i < slots.size(); i++) {
                Slot slot = slots.get(i);
                if ((slot.bus() == Bus.USB) == byName) {
                    int number = number(slot);
                    String name = name(slot.bus(), number);
                    for (int next = 0; !used.add(name); next++) {
                        name = name(slot.bus(), next);
                    }
                    names.set(i, name);
                }
            }
        }
        return names;
    }

    private static int number(Slot slot) {
        int perController = switch (slot.bus()) {
            case SCSI -> NARROW_UNITS;
            case SATA -> SATA_UNITS;
            case IDE -> IDE_UNITS / 2;
            case FLOPPY -> 2;
            case XEN, VIRTIO, NVME, USB -> 1;
        };
        return Math.addExact(Math.multiplyExact(slot.controller(), perController), slot.unit());
    }

    private static String name(Bus bus, int number) {
        return switch (bus) {
            case NVME -> "nvme" + number + "n1";
            case SCSI, SATA, XEN, IDE, VIRTIO, USB, FLOPPY ->
                bus.devicePrefix()
                        + Slot.of(Bus.VIRTIO, 0, number)
                                .deviceName()
                                .substring(Bus.VIRTIO.devicePrefix().length());
        };
    }
}
