package dev.bothways.conversion.rehearse;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a rehearsal went.
 *
 * @param platform the hardware it was made on, and by what ({@code hyperv-gen1 in QEMU 7.2.22, tcg})
 * @param toKernel from power-on to the kernel's first line on the serial console, if it came
 * @param toLogin from power-on to the login prompt, if it came
 * @param guest what the guest said of itself, if it could be asked
 * @param problems why the verdict is not good, one sentence each; none where the guest booted as it should
 * @param serialLog everything the guest wrote to its first serial port
 * @param loginPrompt the line of the login prompt, if it came
 */
public record RehearsalReport(
        String platform,
        Optional<Duration> toKernel,
        Optional<Duration> toLogin,
        Optional<GuestReport> guest,
        List<String> problems,
        Path serialLog,
        Optional<String> loginPrompt) {

    /** Whether the guest booted to its login prompt with everything in its place. */
    public boolean good() {
        return problems.isEmpty();
    }
}
