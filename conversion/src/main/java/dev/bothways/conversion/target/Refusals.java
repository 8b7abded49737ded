package dev.bothways.conversion.target;

import dev.bothways.machine.Disk;
import dev.bothways.machine.MacAddress;
import java.util.ArrayList;
import java.util.List;

/** Why a target would refuse a machine, a sentence each, in the order of the checks. */
final class Refusals {
    private static final long LARGEST_VMDK = 2047L << 30;

    private final List<String> sentences = new ArrayList<>();

    List<String> list() {
        return sentences;
    }

    void add(String sentence) {
        sentences.add(sentence);
    }

    /**
     * Refuses more than there may be.
     *
     * @param what is counted, in words
     * @param giver who sets the limit, in words
     */
    void atMost(long number, String what, long most, String giver) {
        if (number > most) {
            add("the machine has " + number + " " + what + ", and " + giver + " gives a guest " + most);
        }
    }

    /** Refuses a drive that does not fit where it is attached. */
    void place(Disk disk, boolean fits, String where) {
        if (!fits) {
            add("the drive " + disk.slot().deviceName() + " ("
                    + disk.slot().bus().id() + " " + disk.slot().controller() + ":"
                    + disk.slot().unit() + ") has no place on " + where);
        }
    }

    /** Refuses disks that are too large for a sparse VMDK in one file: its tables count sectors in 32 bits. */
    void sparseVmdks(List<Long> sizes) {
        for (int i = 0; i < sizes.size(); i++) {
            if (sizes.get(i) > LARGEST_VMDK) {
                add("disk " + i + " of " + sizes.get(i)
                        + " bytes is larger than a sparse VMDK in one file can be (2047 GiB)");
            }
        }
    }

    /** Refuses the address of a group of network cards. */
    void groupAddress(MacAddress mac, String refuser) {
        add("the MAC address " + mac + " is one of a group, which " + refuser + " refuses");
    }
}
