package dev.bothways.guest.linux;

import dev.bothways.guest.Architecture;
import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.InitSystem;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a guest's own programs tell: the processor they are for, what starts its services, and its name. */
final class Userland {
    private static final int SMALL = 64 << 10;
    private static final List<String> PROGRAMS =
            List.of("/bin/sh", "/usr/bin/env", "/sbin/init", "/lib/systemd/systemd", "/bin/busybox", "/bin/ls");

    private Userland() {}

    /** By the ELF header of the first program that is one: class, byte order and machine (ELF specification, e_machine). */
    static Architecture architecture(GuestFiles files) throws IOException {
        for (String program : PROGRAMS) {
            if (files.isRegular(program)) {
                byte[] head;
                try (var in = files.open(program)) {
                    head = in.readNBytes(20);
                }
                if (head.length == 20 && head[0] == 0x7f && head[1] == 'E' && head[2] == 'L' && head[3] == 'F') {
                    return of(head);
                }
            }
        }
        return Architecture.UNKNOWN;
    }

    private static Architecture of(byte[] head) {
        boolean little = head[5] == 1;
        int machine = little ? (head[18] & 0xff) | (head[19] & 0xff) << 8 : (head[18] & 0xff) << 8 | (head[19] & 0xff);
        return switch (machine) {
            case 3 -> Architecture.X86;
            case 62 -> Architecture.X86_64;
            case 40 -> Architecture.ARM;
            case 183 -> Architecture.ARM64;
            case 243 -> Architecture.RISCV64;
            case 21 -> Architecture.POWER64;
            case 22 -> Architecture.S390X;
            default -> Architecture.UNKNOWN;
        };
    }

    static InitSystem initSystem(GuestFiles files) throws IOException {
        String target = files.readLink("/sbin/init").orElse("");
        if (target.endsWith("systemd") || (target.isEmpty() && files.exists("/lib/systemd/systemd"))) {
            return InitSystem.SYSTEMD;
        }
        if (target.endsWith("busybox")) {
            return InitSystem.BUSYBOX;
        }
        if (files.exists("/sbin/openrc")) {
            return InitSystem.OPENRC;
        }
        if (target.endsWith("upstart")
                || files.exists("/etc/init/rc-sysinit.conf")
                || files.exists("/etc/init/rc.conf")) {
            return InitSystem.UPSTART;
        }
        return files.exists("/etc/inittab") ? InitSystem.SYSVINIT : InitSystem.UNKNOWN;
    }

    static Optional<String> hostname(GuestFiles files) throws IOException {
        for (String path : List.of("/etc/hostname", "/etc/HOSTNAME")) {
            Optional<String> name = files.text(path, SMALL)
                    .flatMap(text -> text.lines()
                            .map(String::strip)
                            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                            .findFirst());
            if (name.isPresent()) {
                return name;
            }
        }
        Map<String, String> network = Distributions.assignments(
                files.text("/etc/sysconfig/network", SMALL).orElse(""));
        return Optional.ofNullable(network.get("HOSTNAME")).filter(name -> !name.isEmpty());
    }
}
