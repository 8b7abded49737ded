package dev.bothways.machine.dialect.xl;

import dev.bothways.machine.Bus;
import dev.bothways.machine.Slot;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code vdev} of a drive: xen-vbd-interface(7). A name ({@code xvda2}, {@code hdc}, {@code sdb}), {@code dDpP}, or the
 * number that the guest sees in XenStore. Of xm also {@code fda}.
 */
final class XenDevice {
    private static final Pattern NAME = Pattern.compile("(xvd|hd|sd|fd)([a-z]{1,4})([0-9]{1,4})?");
    private static final Pattern DISK_AND_PARTITION = Pattern.compile("d([0-9]{1,6})p([0-9]{1,3})");
    private static final Pattern NUMBER = Pattern.compile("0x[0-9a-fA-F]{1,8}|0[0-7]{0,11}|[1-9][0-9]{0,9}");
    private static final int LETTERS = 26;
    private static final int MOST_DISKS = 1 << 20;
    private static final int EXTENDED = 1 << 28;
    private static final int XEN_MAJOR = 202;
    private static final int SCSI_MAJOR = 8;
    private static final int[] IDE_MAJORS = {3, 22};

    private XenDevice() {}

    /** The place that a {@code vdev} names, or nothing if it names none. */
    static Optional<Slot> slot(String vdev) {
        Matcher name = NAME.matcher(vdev);
        if (name.matches()) {
            return slot(bus(name.group(1)), letters(name.group(2)), name.group(3) == null ? 0 : number(name.group(3)));
        }
        Matcher pair = DISK_AND_PARTITION.matcher(vdev);
        if (pair.matches()) {
            return slot(Bus.XEN, number(pair.group(1)), number(pair.group(2)));
        }
        return NUMBER.matcher(vdev).matches() ? numbered(Long.decode(vdev)) : Optional.empty();
    }

    private static int number(String digits) {
        return Integer.parseInt(digits);
    }

    private static Bus bus(String prefix) {
        return switch (prefix) {
            case "hd" -> Bus.IDE;
            case "sd" -> Bus.SCSI;
            case "fd" -> Bus.FLOPPY;
            default -> Bus.XEN;
        };
    }

    private static int letters(String letters) {
        int index = 0;
        for (int i = 0; i < letters.length(); i++) {
            index = index * LETTERS + (letters.charAt(i) - 'a' + 1);
        }
        return index - 1;
    }

    private static Optional<Slot> slot(Bus bus, int index, int partition) {
        if (index >= MOST_DISKS) {
            return Optional.empty();
        }
        Slot whole = Slot.ofIndex(bus, index);
        return Optional.of(
                partition == 0 ? whole : new Slot(bus, whole.controller(), whole.unit(), OptionalInt.of(partition)));
    }

    private static Optional<Slot> numbered(long number) {
        if (number >= 2L * EXTENDED) {
            return Optional.empty();
        }
        int value = (int) number;
        if ((value & EXTENDED) != 0) {
            return slot(Bus.XEN, (value & ~EXTENDED) >> 8, value & 0xff);
        }
        int major = value >> 8;
        int minor = value & 0xff;
        if (major == XEN_MAJOR || major == SCSI_MAJOR) {
            return slot(major == XEN_MAJOR ? Bus.XEN : Bus.SCSI, minor >> 4, minor & 0xf);
        }
        for (int controller = 0; controller < IDE_MAJORS.length; controller++) {
            if (major == IDE_MAJORS[controller]) {
                return slot(Bus.IDE, controller * 2 + (minor >> 6), minor & 0x3f);
            }
        }
        return Optional.empty();
    }
}
