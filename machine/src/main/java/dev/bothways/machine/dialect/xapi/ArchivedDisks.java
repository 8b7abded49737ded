package dev.bothways.machine.dialect.xapi;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.dialect.xapi.XapiDialect.ArchivedDisk;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Which VDIs have their chunks in the archive, after XAPI's import: those in drives that are no CDs, and memory images. */
final class ArchivedDisks {
    /** 2^62: far above any storage, and sums stay in range. */
    private static final long LARGEST = 1L << 62;

    private ArchivedDisks() {}

    static List<ArchivedDisk> of(XapiDocument document) throws DefinitionException {
        Set<String> inDrives = new HashSet<>();
        for (XapiRecord vbd : document.all("VBD")) {
            Optional<String> vdi = vbd.reference("VDI");
            if (vdi.isPresent() && vbd.word("type").filter("CD"::equals).isEmpty()) {
                inDrives.add(vdi.get());
            }
        }
        List<ArchivedDisk> disks = new ArrayList<>();
        for (XapiRecord vdi : document.all("VDI")) {
            boolean memory = vdi.word("type").filter("suspend"::equals).isPresent();
            boolean inDrive = inDrives.contains(vdi.id()) && !VbdReader.inLibrary(document, vdi);
            if (inDrive || memory) {
                OptionalLong size = vdi.number("virtual_size", 0, LARGEST);
                if (size.isEmpty()) {
                    throw vdi.error("virtual_size", "is not there, so the disk's size is not known");
                }
                disks.add(new ArchivedDisk(vdi.id(), size.getAsLong()));
            }
        }
        disks.sort(Comparator.comparing(ArchivedDisk::folder));
        return disks;
    }
}
