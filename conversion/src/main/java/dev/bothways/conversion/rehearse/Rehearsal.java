package dev.bothways.conversion.rehearse;

import dev.bothways.conversion.ConversionException;
import dev.bothways.disk.Unfinished;
import dev.bothways.machine.Platform;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Boots a machine on the virtual hardware of its platform and watches its serial console for the login prompt.
 *
 * <p>The disks are opened read-only under throw-away layers, and in the root file system's layer lies one unit more, which
 * reports from inside (drivers, network, failed units): the machine itself is never written to.
 */
public final class Rehearsal {
    private static final Pattern LOGIN = Pattern.compile("login: ?$");
    private static final Pattern KERNEL = Pattern.compile("Linux version \\d");
    private static final Pattern PANIC =
            Pattern.compile("Kernel panic|\\(initramfs\\)|Entering emergency mode|Give root password|grub rescue>");
    private static final Duration KVM_PATIENCE = Duration.ofSeconds(30);
    private static final long REPORT_PATIENCE_SECONDS = 120;

    private final RehearsalRequest request;

    private Rehearsal(RehearsalRequest request) {
        this.request = request;
    }

    /** Makes the rehearsal; takes as long as the guest does to boot, at most the timeout asked for. */
    public static RehearsalReport run(RehearsalRequest request) throws IOException {
        return new Rehearsal(request).run();
    }

    private RehearsalReport run() throws IOException {
        QemuPrograms.require(System.getenv().getOrDefault("PATH", ""));
        Path scratch = Files.createTempDirectory("bothways-rehearsal");
        Unfinished registered = Unfinished.scratch(() -> deleteTree(scratch));
        Unfinished log = Unfinished.output(request.serialLog(), () -> Files.deleteIfExists(request.serialLog()));
        try {
            if (request.accelerator() == Accelerator.TCG || !Files.isWritable(Path.of("/dev/kvm"))) {
                return boot(scratch, "tcg", request.timeout());
            }
            if (request.accelerator() == Accelerator.KVM) {
                return boot(scratch, "kvm", request.timeout());
            }
            // A /dev/kvm that opens may still run no ordinary kernel: only a kernel's first line proves that it does.
            RehearsalReport report = boot(scratch, "kvm", KVM_PATIENCE);
            if (report.toKernel().isPresent() && report.toLogin().isEmpty()) {
                report = boot(scratch, "kvm", request.timeout());
            }
            return report.toKernel().isPresent() ? report : boot(scratch, "tcg", request.timeout());
        } finally {
            registered.complete(() -> deleteTree(scratch));
            log.close();
        }
    }

    private sealed interface Event {
        record Console(String line, boolean whole) implements Event {}

        record Report(String line) implements Event {}

        record Ended(int exitCode) implements Event {}
    }

    private RehearsalReport boot(Path scratch, String accelerator, Duration timeout) throws IOException {
        Files.createDirectories(request.serialLog().toAbsolutePath().getParent());
        Path work = Files.createTempDirectory(scratch, "boot");
        List<Path> layers = new ArrayList<>();
        boolean reports = false;
        for (int i = 0; i < request.disks().size(); i++) {
            ThrowAwayLayer layer = ThrowAwayLayer.over(request.disks().get(i), work.resolve("disk" + i + ".qcow2"));
            reports |= layer.addReport();
            layers.add(layer.file());
        }
        VirtualHardware hardware = new VirtualHardware(request.machine(), layers, request.macs());
        try (SerialPort console = new SerialPort(work.resolve("console"));
                SerialPort second = new SerialPort(work.resolve("report"));
                OutputStream log = Files.newOutputStream(request.serialLog())) {
            List<String> command = new ArrayList<>(List.of(QemuPrograms.SYSTEM));
            command.addAll(hardware.arguments(accelerator, console, second));
            Path errors = work.resolve("qemu.log");
            long powerOn = System.nanoTime();
            Process qemu = start(command, errors);
            // Whoever ends this program ends the guest too.
            Unfinished registered = Unfinished.scratch(() -> end(qemu));
            BlockingQueue<Event> events = new LinkedBlockingQueue<>();
            try {
                pump(
                        console,
                        log,
                        line -> events.add(new Event.Console(line, true)),
                        line -> events.add(new Event.Console(line, false)));
                pump(
                        second,
                        OutputStream.nullOutputStream(),
                        line -> events.add(new Event.Report(line)),
                        beginning -> {});
                var _ = qemu.onExit().thenAccept(ended -> events.add(new Event.Ended(ended.exitValue())));
                Watch watch = new Watch(powerOn, reports, request.progress());
                watch.until(events, powerOn + timeout.toNanos());
                return watch.report(accelerator, Files.readString(errors, StandardCharsets.UTF_8));
            } finally {
                registered.complete(() -> end(qemu));
            }
        }
    }

    private static Process start(List<String> command, Path errors) throws IOException {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(errors.toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .start();
        } catch (IOException e) {
            throw QemuPrograms.notStarted(command.getFirst(), e);
        }
    }

    private static void end(Process process) {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pump(SerialPort port, OutputStream log, Consumer<String> lines, Consumer<String> beginnings) {
        Thread.ofPlatform().daemon().name("serial port").start(() -> {
            try {
                port.pump(log, lines, beginnings);
            } catch (java.nio.channels.ClosedChannelException e) {
                // The rehearsal is over: the port was closed under the reader, which is how it is told to stop.
                Thread.currentThread().interrupt();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void deleteTree(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** What has been seen of a boot so far. */
    private final class Watch {
        private final long powerOn;
        private final boolean reports;
        private final Consumer<String> progress;
        private final List<String> reportLines = new ArrayList<>();
        private @Nullable Duration toKernel;
        private @Nullable Duration toLogin;
        private @Nullable String prompt;
        private @Nullable String trouble;
        private Optional<GuestReport> guest = Optional.empty();
        private boolean ended;

        Watch(long powerOn, boolean reports, Consumer<String> progress) {
            this.powerOn = powerOn;
            this.reports = reports;
            this.progress = progress;
        }

        void until(BlockingQueue<Event> events, long deadline) throws IOException {
            long end = deadline;
            try {
                while (!ended && trouble == null && (toLogin == null || (reports && guest.isEmpty()))) {
                    Event event = events.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                    if (event == null) {
                        return;
                    }
                    boolean before = toLogin != null;
                    accept(event);
                    if (!before && toLogin != null) {
                        end = Math.min(deadline, System.nanoTime() + TimeUnit.SECONDS.toNanos(REPORT_PATIENCE_SECONDS));
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ConversionException(
                        ConversionException.Kind.VERIFICATION, "the rehearsal was interrupted", e);
            }
        }

        private void accept(Event event) {
            switch (event) {
                case Event.Console(String line, boolean whole) -> {
                    if (toKernel == null && KERNEL.matcher(line).find()) {
                        toKernel = since();
                    }
                    if (toLogin == null && LOGIN.matcher(line).find()) {
                        toLogin = since();
                        prompt = line;
                    }
                    if (toLogin == null && PANIC.matcher(line).find()) {
                        trouble = "the guest stopped on the way: " + line.strip();
                    }
                    if (whole) {
                        progress.accept(line);
                    }
                }
                case Event.Report(String line) -> {
                    reportLines.add(line);
                    if (line.strip().equals("end")) {
                        guest = GuestReport.parse(reportLines);
                    }
                }
                case Event.Ended(int exitCode) -> {
                    ended = true;
                    trouble = toLogin == null
                            ? "QEMU ended with exit code " + exitCode + " before the login prompt"
                            : null;
                }
            }
        }

        private Duration since() {
            return Duration.ofNanos(System.nanoTime() - powerOn);
        }

        RehearsalReport report(String accelerator, String qemuSays) {
            List<String> problems = new ArrayList<>();
            if (trouble != null) {
                problems.add(trouble + (qemuSays.isBlank() ? "" : "; it says: " + qemuSays.strip()));
            } else if (toLogin == null) {
                problems.add("no login prompt within the time given");
            }
            guest.ifPresent(said -> judge(said, problems));
            return new RehearsalReport(
                    request.machine().platform().id() + " in " + version() + ", " + accelerator,
                    Optional.ofNullable(toKernel),
                    Optional.ofNullable(toLogin),
                    guest,
                    List.copyOf(problems),
                    request.serialLog(),
                    Optional.ofNullable(prompt));
        }

        private void judge(GuestReport said, List<String> problems) {
            for (String unit : said.failedUnits()) {
                problems.add("the unit " + unit + " failed");
            }
            for (String what : said.notMounted()) {
                problems.add("fstab names " + what + ", which is not mounted");
            }
            for (String mac : request.macs()) {
                Optional<GuestReport.Nic> nic = said.nics().stream()
                        .filter(candidate -> candidate.mac().equalsIgnoreCase(mac))
                        .findFirst();
                if (nic.isEmpty()) {
                    problems.add("no network interface has the address " + mac);
                } else if (!nic.get().state().equals("up") && !nic.get().state().equals("unknown")) {
                    problems.add("the network interface " + nic.get().name() + " is not up");
                }
            }
        }
    }

    private static String version() {
        try {
            Process process = new ProcessBuilder(QemuPrograms.SYSTEM, "--version").start();
            try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
                String line = reader.readLine();
                return line == null ? "QEMU" : line.replaceFirst("QEMU emulator version (\\S+).*", "QEMU $1");
            }
        } catch (IOException e) {
            return "QEMU";
        }
    }

    /** Whether a rehearsal can be made for this platform. */
    public static boolean knows(Platform platform) {
        return VirtualHardware.isKnown(platform);
    }
}
