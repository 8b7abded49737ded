package dev.bothways.machine.dialect.xl;

import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Medium;
import dev.bothways.machine.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one drive's specification: xl-disk-configuration(5), as {@code libxlu_disk_l.l} scans it. Parameters by position
 * (target, format, vdev, access) and by name mix freely; {@code target=} takes the rest; xm's prefixes and {@code
 * VDEV:cdrom} are read too.
 */
final class DiskSpecification {
    private static final Pattern FORMAT_PREFIX = Pattern.compile("(raw|qcow2?|vhd):");
    private static final Pattern SCRIPT_PREFIX = Pattern.compile("(iscsi|e?nbd|drbd):");
    private static final Pattern IDLE_PREFIX = Pattern.compile("(tapdisk|tap2?|aio|ioemu|file|phy):");
    private static final Pattern UNKNOWN_PREFIX = Pattern.compile("([a-z][a-z0-9]*):(?=[^a-z0-9]|$)");
    private static final Pattern NAMED = Pattern.compile("([a-z][-a-z0-9_]*)=([^,]*),?");
    private static final Pattern POSITIONAL = Pattern.compile("([^=,]*),|([^=,]+)");
    private static final Set<String> FORMATS = Set.of("raw", "qcow", "qcow2", "vhd", "qed");
    private static final Set<String> BACKENDS = Set.of("phy", "tap", "qdisk", "standalone");
    /** Named parameters and flags that have no word in the record; they are kept. */
    static final Set<String> KEPT_NAMED = Set.of(
            "backend",
            "backendtype",
            "script",
            "specification",
            "colo-host",
            "colo-port",
            "colo-export",
            "active-disk",
            "hidden-disk",
            "grant_usage");

    static final Set<String> KEPT_FLAGS =
            Set.of("direct-io-safe", "discard", "no-discard", "colo", "no-colo", "trusted", "untrusted");

    private final String text;
    private int at;
    private Optional<String> target = Optional.empty();
    private Optional<String> format = Optional.empty();
    private Optional<String> vdev = Optional.empty();
    private Optional<String> access = Optional.empty();
    private boolean hasPrefix;
    private boolean accessPlaced;
    private boolean cdrom;
    private final List<Extra> extras = new ArrayList<>();

    private DiskSpecification(String text) {
        this.text = text;
    }

    /** The drive that a specification describes; whether it is booted from is the caller's to know. */
    static Disk parse(String text) throws MalformedSpecificationException {
        DiskSpecification specification = new DiskSpecification(text);
        specification.scan();
        return specification.disk();
    }

    private void scan() throws MalformedSpecificationException {
        if (text.indexOf('\n') >= 0) {
            throw new MalformedSpecificationException("holds a line break");
        }
        while (true) {
            while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
                at++;
            }
            if (at == text.length()) {
                return;
            }
            if (!wholeRest() && !prefix()) {
                parameter();
            }
        }
    }

    /** {@code target=} takes everything that follows, less one comma at the end. */
    private boolean wholeRest() throws MalformedSpecificationException {
        if (!text.startsWith("target=", at)) {
            return false;
        }
        String rest = text.substring(at + "target=".length());
        if (!target.orElse("").isEmpty()) {
            throw new MalformedSpecificationException("gives the target twice");
        }
        target = Optional.of(rest.endsWith(",") ? rest.substring(0, rest.length() - 1) : rest);
        at = text.length();
        return true;
    }

    private boolean prefix() throws MalformedSpecificationException {
        Matcher matcher = FORMAT_PREFIX.matcher(text).region(at, text.length());
        if (matcher.lookingAt()) {
            setFormat(matcher.group(1));
        } else if (matcher.usePattern(SCRIPT_PREFIX).lookingAt()) {
            keep("script", "block-" + matcher.group(1));
        } else if (!matcher.usePattern(IDLE_PREFIX).lookingAt()) {
            matcher.usePattern(UNKNOWN_PREFIX).useTransparentBounds(true);
            if (matcher.lookingAt()) {
                throw new MalformedSpecificationException("begins with the unknown prefix " + matcher.group());
            }
            return false;
        }
        hasPrefix = true;
        at = matcher.end();
        return true;
    }

    private void parameter() throws MalformedSpecificationException {
        Matcher matcher = NAMED.matcher(text).region(at, text.length());
        if (matcher.lookingAt()) {
            named(matcher.group(1), matcher.group(2));
        } else if (matcher.usePattern(POSITIONAL).lookingAt()) {
            String value = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
            if (matcher.group(1) == null && matcher.end() < text.length()) {
                throw new MalformedSpecificationException("has an '=' in the parameter '" + text.substring(at)
                        + "': write the path as target=PATH, last");
            }
            positional(value);
        } else {
            throw new MalformedSpecificationException("has an '=' without a name before it");
        }
        at = matcher.end();
    }

    private void named(String name, String value) throws MalformedSpecificationException {
        switch (name) {
            case "format" -> setFormat(value);
            case "vdev" -> setVdev(value);
            case "access" -> access = Optional.of(value);
            case "devtype" -> setType(value);
            default -> {
                if (!KEPT_NAMED.contains(name)) {
                    throw new MalformedSpecificationException("has the unknown parameter " + name + "=");
                }
                if (name.equals("backendtype") && !BACKENDS.contains(value)) {
                    throw new MalformedSpecificationException("has the unknown backendtype '" + value + "'");
                }
                keep(name, value);
            }
        }
    }

    private void keep(String name, String value) throws MalformedSpecificationException {
        for (Extra extra : extras) {
            if (extra.key().equals(name) && !extra.value().equals(value)) {
                throw new MalformedSpecificationException("gives " + name + " twice");
            }
        }
        Extra extra = new Extra(XlDialect.ID, name, value);
        if (!extras.contains(extra)) {
            extras.add(extra);
        }
    }

    private void positional(String untrimmed) throws MalformedSpecificationException {
        String value = untrimmed.stripTrailing();
        if (value.equals("cdrom")) {
            cdrom = true;
        } else if (KEPT_FLAGS.contains(value)) {
            keep(value, "");
        } else if (target.isEmpty()) {
            target = Optional.of(untrimmed);
        } else if (!hasPrefix && format.isEmpty()) {
            boolean emptyDrive = target.get().isEmpty() && value.indexOf(':') >= 0;
            if (emptyDrive) {
                format = Optional.of("");
                setVdevAndType(value);
            } else {
                setFormat(value);
            }
        } else if (vdev.isEmpty()) {
            setVdevAndType(value);
        } else if (!accessPlaced) {
            accessPlaced = true;
            access = Optional.of(value);
        } else {
            throw new MalformedSpecificationException("has too many parameters, from '" + value + "' on");
        }
    }

    private void setFormat(String value) throws MalformedSpecificationException {
        String meant = value.isEmpty() ? "raw" : value;
        if (!FORMATS.contains(meant) && !meant.equals("empty")) {
            throw new MalformedSpecificationException("has the unknown format '" + value + "'");
        }
        if (format.isPresent() && !format.get().isEmpty() && !format.get().equals(meant)) {
            throw new MalformedSpecificationException("gives the format twice");
        }
        format = Optional.of(meant);
    }

    private void setVdev(String value) throws MalformedSpecificationException {
        if (!vdev.orElse("").isEmpty()) {
            throw new MalformedSpecificationException("gives the vdev twice");
        }
        vdev = Optional.of(value);
    }

    private void setVdevAndType(String value) throws MalformedSpecificationException {
        int colon = value.lastIndexOf(':');
        setVdev(colon < 0 ? value : value.substring(0, colon));
        if (colon >= 0) {
            setType(value.substring(colon + 1));
        }
    }

    private void setType(String value) throws MalformedSpecificationException {
        cdrom = switch (value) {
            case "cdrom" -> true;
            case "disk" -> false;
            default -> throw new MalformedSpecificationException("has the unknown device type '" + value + "'");
        };
    }

    private Disk disk() throws MalformedSpecificationException {
        String name = vdev.orElse("");
        if (name.isEmpty()) {
            throw new MalformedSpecificationException("has no vdev, the name of the drive in the guest, like xvda");
        }
        Slot slot = XenDevice.slot(name)
                .orElseThrow(
                        () -> new MalformedSpecificationException("has the vdev '" + name + "', which names no drive"));
        String path = target.orElse("");
        Disk.Kind kind = cdrom ? Disk.Kind.CDROM : slot.bus() == Bus.FLOPPY ? Disk.Kind.FLOPPY : Disk.Kind.DISK;
        if (path.isEmpty() && kind == Disk.Kind.DISK) {
            throw new MalformedSpecificationException("has no target, and only a CD or floppy drive may be empty");
        }
        boolean empty = path.isEmpty() || format.orElse("").equals("empty");
        String mode = access.orElse("");
        boolean readOnly = switch (mode) {
            case "r", "ro" -> true;
            case "", "w", "rw", "w!" -> cdrom;
            default -> throw new MalformedSpecificationException("has the unknown access '" + mode + "'");
        };
        return Disk.builder(kind, slot)
                .medium(empty ? Optional.empty() : Optional.of(new Medium(path, imageFormat())))
                .readOnly(readOnly)
                .shared(mode.equals("w!"))
                .extras(extras)
                .build();
    }

    private String imageFormat() {
        return format.filter(FORMATS::contains).orElse("raw");
    }
}
