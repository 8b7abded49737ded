package dev.bothways.machine;

import java.util.OptionalInt;

/**
 * Where a drive is attached.
 *
 * @param bus what it is attached to
 * @param controller which controller of that bus, from 0; always 0 on buses without controllers
 * @param unit which place on the controller, from 0
 * @param partition the partition number where the host gives the guest a single partition instead of a disk (Xen's {@code
 *     xvda2}); from 1
 */
public record Slot(Bus bus, int controller, int unit, OptionalInt partition) {
    private static final int LETTERS = 26;

    public Slot {
        if (controller < 0 || unit < 0 || partition.orElse(1) < 1) {
            throw new IllegalArgumentException(
                    "no such slot: " + bus + " " + controller + ":" + unit + " " + partition);
        }
    }

    /** A whole disk at this place. */
    public static Slot of(Bus bus, int controller, int unit) {
        return new Slot(bus, controller, unit, OptionalInt.empty());
    }

    /** The disk that is number {@code index}, from 0, on this bus. */
    public static Slot ofIndex(Bus bus, int index) {
        return bus.unitsPerController() == 1
                ? of(bus, 0, index)
                : of(bus, index / bus.unitsPerController(), index % bus.unitsPerController());
    }

    /** Its number on the bus, from 0, all controllers counted through. */
    public int index() {
        return Math.addExact(Math.multiplyExact(controller, bus.unitsPerController()), unit);
    }

    /** The classic name of the device: {@code xvda2}, {@code hdc}, {@code sdab}. What Xen dialects and people call it. */
    public String deviceName() {
        if (bus == Bus.NVME) {
            return "nvme" + index() + "n1" + (partition.isPresent() ? "p" + partition.getAsInt() : "");
        }
        StringBuilder letters = new StringBuilder();
        for (int rest = index(); rest >= 0; rest = rest / LETTERS - 1) {
            letters.insert(0, (char) ('a' + rest % LETTERS));
        }
        return bus.devicePrefix() + letters + (partition.isPresent() ? partition.getAsInt() : "");
    }
}
