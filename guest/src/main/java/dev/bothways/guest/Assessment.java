package dev.bothways.guest;

import dev.bothways.machine.Platform;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Whether a guest would boot on a platform as it is: one row of the matrix that {@code inspect} shows.
 *
 * @param boots whether it would reach its login prompt with a driver for its network card
 * @param reasons why not, each one sentence; empty where it would
 * @param diskDriver the driver that would serve its root disk, and where the kernel has it; the platform's best one where none is there
 * @param networkDriver the same for its network card
 * @param consoles terminals of the platform where the guest prints or asks for a login
 */
public record Assessment(
        Platform platform,
        boolean boots,
        List<String> reasons,
        Driver diskDriver,
        Driver networkDriver,
        List<String> consoles,
        Optional<LinuxKernel> kernel) {

    /** Compares what {@code platform} asks with what {@code guest} has; the default kernel's initramfs is read for it. */
    public static Assessment of(LinuxGuest guest, Platform platform) throws IOException {
        return new Assessor(guest, platform).assess();
    }

    /** A driver by the name that people use, and where the kernel has it. */
    public record Driver(String name, DriverAvailability availability) {}
}
