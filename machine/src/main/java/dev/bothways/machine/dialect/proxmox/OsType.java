package dev.bothways.machine.dialect.proxmox;

import dev.bothways.machine.GuestOs;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The values of {@code ostype}: Windows by its kernel, Linux by nothing that is of use today. */
enum OsType {
    OTHER("other", "", ""),
    WXP("wxp", "winxp", ""),
    W2K("w2k", "win2k", ""),
    W2K3("w2k3", "win2k3", "win2k3r2"),
    W2K8("w2k8", "win2k8", ""),
    WVISTA("wvista", "winvista", ""),
    WIN7("win7", "win7", "win2k8r2"),
    WIN8("win8", "win8", "win8.1 win2k12 win2k12r2"),
    WIN10("win10", "win10", "win2k16 win2k19"),
    WIN11("win11", "win11", "win2k22 win2k25"),
    L24("l24", "linux2.4", ""),
    L26("l26", "linux-unknown", ""),
    SOLARIS("solaris", "solaris11", "");

    private final String word;
    private final String guestOs;
    /** Others that it is the word for, parted by blanks. */
    private final String alike;

    OsType(String word, String guestOs, String alike) {
        this.word = word;
        this.guestOs = guestOs;
        this.alike = alike;
    }

    static List<String> words() {
        return Arrays.stream(values()).map(OsType::word).toList();
    }

    static OsType of(String word) {
        return Arrays.stream(values())
                .filter(type -> type.word.equals(word))
                .findFirst()
                .orElse(OTHER);
    }

    /** The value for a system of the record. */
    static OsType ofGuest(Optional<String> guestOs) {
        GuestOs system = guestOs.map(GuestOs::of).orElse(GuestOs.unknown());
        Optional<OsType> exact = Arrays.stream(values())
                .filter(type -> type.guestOs.equals(system.id())
                        || List.of(type.alike.split(" ")).contains(system.id()))
                .findFirst();
        return exact.orElse(
                switch (system.family()) {
                    case LINUX -> L26;
                    case SOLARIS -> SOLARIS;
                    case WINDOWS, BSD, MACOS, OTHER -> OTHER;
                });
    }

    String word() {
        return word;
    }

    /** What the record calls it. */
    Optional<String> guestOs() {
        return guestOs.isEmpty() ? Optional.empty() : Optional.of(guestOs);
    }

    /** Whether it is a Windows, whose clock shows local time unless the definition says other. */
    boolean windows() {
        return word.startsWith("w");
    }
}
