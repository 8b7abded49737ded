package dev.bothways.machine.dialect.xl;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What runs first: {@code kernel}, {@code bootloader}, {@code firmware} and what belongs to them. */
final class XlFirmware {
    private final XlSettings settings;
    private final List<String> warnings;
    private final Platform platform;
    private final List<Extra> extras = new ArrayList<>();

    XlFirmware(XlSettings settings, List<String> warnings, Platform platform) {
        this.settings = settings;
        this.warnings = warnings;
        this.platform = platform;
    }

    /** The firmware, and the items about it that the record has no word for. */
    record Read(Firmware firmware, List<Extra> extras) {}

    Read read() throws DefinitionException {
        int kernelLine = settings.line("kernel");
        Optional<String> kernel = settings.text("kernel").filter(text -> !text.isEmpty());
        Optional<String> ramdisk = settings.text("ramdisk").filter(text -> !text.isEmpty());
        String commandLine = commandLine();
        Firmware firmware = platform == Platform.XEN_HVM
                ? emulated(kernelLine, kernel, ramdisk, commandLine)
                : paravirtual(kernel, ramdisk, commandLine);
        return new Read(firmware, extras);
    }

    /** {@code cmdline} wins over {@code root} and {@code extra}, as in xl. */
    private String commandLine() throws DefinitionException {
        int line = settings.line("cmdline");
        Optional<String> whole = settings.text("cmdline");
        Optional<String> root = settings.text("root");
        Optional<String> extra = settings.text("extra");
        if (whole.isPresent() && (root.isPresent() || extra.isPresent())) {
            warnings.add(settings.fileName() + ", line " + line
                    + ": cmdline is set, so root and extra are ignored, as xl ignores them");
        }
        if (whole.isPresent()) {
            return whole.get();
        }
        String rootWord = root.map(device -> "root=" + device).orElse("");
        return (rootWord + " " + extra.orElse("")).strip();
    }

    private Firmware emulated(int line, Optional<String> kernel, Optional<String> ramdisk, String commandLine)
            throws DefinitionException {
        boolean loader = kernel.isPresent() && baseName(kernel.get()).equals("hvmloader");
        if (loader) {
            warnings.add(settings.fileName() + ", line " + line
                    + ": kernel names hvmloader, which is xm's word for the BIOS; it is ignored, as xl ignores it");
        }
        boolean uefi = uefi();
        if (kernel.isPresent() && !loader) {
            if (uefi) {
                extras.add(new Extra(XlDialect.ID, "firmware", XlText.quoted("uefi")));
            }
            return new Firmware.DirectKernel(kernel.get(), ramdisk, commandLine);
        }
        ramdisk.ifPresent(text -> extras.add(new Extra(XlDialect.ID, "ramdisk", XlText.quoted(text))));
        if (!commandLine.isEmpty()) {
            extras.add(new Extra(XlDialect.ID, "cmdline", XlText.quoted(commandLine)));
        }
        return uefi ? new Firmware.Uefi(false) : new Firmware.Bios();
    }

    /** Whether {@code bios} or {@code firmware}, which wins, asks for UEFI. */
    private boolean uefi() throws DefinitionException {
        int line = settings.line("bios");
        Optional<String> bios = settings.text("bios");
        Optional<String> firmware = settings.text("firmware");
        if (bios.isPresent() && !List.of("ovmf", "seabios", "rombios").contains(bios.get())) {
            throw DefinitionException.inKey(
                    settings.fileName(), line, "bios", "'" + bios.get() + "' is none of seabios, rombios and ovmf");
        }
        String asked = firmware.orElse(bios.orElse("bios"));
        return switch (asked) {
            case "uefi", "ovmf" -> true;
            case "bios", "seabios" -> false;
            case "rombios" -> {
                extras.add(new Extra(XlDialect.ID, "bios", XlText.quoted(asked)));
                yield false;
            }
            default -> {
                extras.add(new Extra(XlDialect.ID, "firmware", XlText.quoted(asked)));
                yield bios.orElse("").equals("ovmf");
            }
        };
    }

    private Firmware paravirtual(Optional<String> kernel, Optional<String> ramdisk, String commandLine)
            throws DefinitionException {
        int line = settings.line("firmware");
        Optional<String> firmware = settings.text("firmware");
        Optional<String> bootLoader = settings.text("bootloader").filter(text -> !text.isEmpty());
        List<String> arguments = arguments();
        if (firmware.isPresent()) {
            if (kernel.isPresent()) {
                throw DefinitionException.inKey(
                        settings.fileName(), line, "firmware", "is set beside kernel: remove one of them");
            }
            if (!firmware.get().equals("pvgrub32") && !firmware.get().equals("pvgrub64")) {
                throw DefinitionException.inKey(
                        settings.fileName(),
                        line,
                        "firmware",
                        "'" + firmware.get() + "' is neither pvgrub32 nor pvgrub64");
            }
            return new Firmware.ParavirtualGrub(firmware.get(), commandLine);
        }
        if (bootLoader.isPresent()) {
            return new Firmware.HostBootLoader(bootLoader.get(), arguments, kernel, ramdisk, commandLine);
        }
        if (kernel.isEmpty()) {
            throw DefinitionException.of(
                    settings.fileName(),
                    "has neither kernel nor bootloader, so xl could not start it: add bootloader = \"pygrub\" or a kernel");
        }
        if (ramdisk.isEmpty() && Firmware.ParavirtualGrub.isCalledSo(kernel.get())) {
            return new Firmware.ParavirtualGrub(kernel.get(), commandLine);
        }
        return new Firmware.DirectKernel(kernel.get(), ramdisk, commandLine);
    }

    /** A list, or one text with blanks between the arguments; {@code bootargs} is xm's name for it. */
    private List<String> arguments() throws DefinitionException {
        String key = settings.find("bootloader_args").isPresent() ? "bootloader_args" : "bootargs";
        boolean single =
                settings.find(key).isPresent() && settings.find(key).get().value() instanceof XlValue.Text;
        List<String> values = settings.listOrText(key).orElse(List.of());
        if (!single) {
            return values;
        }
        String text = values.getFirst().strip();
        return text.isEmpty() ? List.of() : List.of(text.split("\\s+"));
    }

    private static String baseName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
