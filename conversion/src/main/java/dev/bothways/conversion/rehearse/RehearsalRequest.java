package dev.bothways.conversion.rehearse;

import dev.bothways.machine.Machine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * What to rehearse.
 *
 * @param machine the definition, whose platform's hardware it boots on
 * @param disks the images of its hard disks in their order, the one to boot from first
 * @param macs the hardware addresses of the network cards, in order
 * @param timeout how long the guest may take to its login prompt
 * @param serialLog where the first serial port's output is kept
 * @param progress gets each line of the console as it comes; may ignore it
 */
public record RehearsalRequest(
        Machine machine,
        List<Path> disks,
        List<String> macs,
        Duration timeout,
        Accelerator accelerator,
        Path serialLog,
        Consumer<String> progress) {}
