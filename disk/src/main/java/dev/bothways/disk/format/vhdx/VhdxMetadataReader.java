package dev.bothways.disk.format.vhdx;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.format.mapped.Guid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Reads the metadata region (MS-VHDX 2.6). */
final class VhdxMetadataReader {
    private final VhdxFile file;
    private final VhdxRegion region;
    private final Map<UUID, VhdxItem> items = new HashMap<>();

    VhdxMetadataReader(VhdxFile file, VhdxRegion region) {
        this.file = file;
        this.region = region;
    }

    VhdxMetadata read() throws IOException {
        readTable();
        ByteBuffer parameters = item(VhdxItem.FILE_PARAMETERS, 8);
        int flags = parameters.getInt(4);
        boolean hasParent = (flags & VhdxMetadata.HAS_PARENT) != 0;
        VhdxMetadata metadata = new VhdxMetadata(
                Integer.toUnsignedLong(parameters.getInt(0)),
                (flags & VhdxMetadata.KEEP_ALLOCATED) != 0,
                item(VhdxItem.DISK_SIZE, 8).getLong(0),
                Guid.at(item(VhdxItem.DISK_ID, Guid.BYTES), 0),
                item(VhdxItem.LOGICAL_SECTOR, 4).getInt(0),
                item(VhdxItem.PHYSICAL_SECTOR, 4).getInt(0),
                hasParent ? Optional.of(parentLocator()) : Optional.empty());
        Optional<String> fault = metadata.fault();
        if (fault.isPresent()) {
            throw malformed(fault.get());
        }
        return metadata;
    }

    private void readTable() throws IOException {
        if (region.length() < VhdxItem.TABLE_BYTES) {
            throw malformed("the metadata region has only " + region.length() + " bytes");
        }
        ByteBuffer table = file.structure(region.offset(), VhdxItem.TABLE_BYTES);
        if (!VhdxItem.tableIsValid(table)) {
            throw malformed("there is no metadata table where it should be");
        }
        for (VhdxItem item : VhdxItem.parseTable(table)) {
            if (item.user() || !VhdxItem.KNOWN.contains(item.id())) {
                if (item.required()) {
                    throw new DiskImageException(
                            Kind.UNSUPPORTED,
                            file.host().path(),
                            "it has a required metadata item of an unknown kind, " + item.id());
                }
            } else if (items.put(item.id(), item) != null) {
                throw malformed("the metadata item " + item.id() + " is there twice");
            }
        }
    }

    private ByteBuffer item(UUID id, int leastBytes) throws IOException {
        VhdxItem item = items.get(id);
        if (item == null) {
            throw malformed("the metadata item " + id + " is not there");
        }
        if (item.length() < leastBytes
                || item.length() > VhdxItem.LONGEST
                || item.offset() < VhdxItem.TABLE_BYTES
                || item.offset() > region.length() - item.length()) {
            throw malformed("the metadata item %s has %d bytes at byte %d of a region of %d"
                    .formatted(id, item.length(), item.offset(), region.length()));
        }
        return file.structure(region.offset() + item.offset(), (int) item.length());
    }

    private VhdxParentLocator parentLocator() throws IOException {
        VhdxParentLocator locator = VhdxParentLocator.parse(item(VhdxItem.PARENT_LOCATOR, 20))
                .orElseThrow(() -> malformed("the parent locator's keys or values do not lie in it"));
        if (!locator.type().equals(VhdxParentLocator.TYPE_VHDX)) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    file.host().path(),
                    "it names its parent in an unknown manner, " + locator.type());
        }
        return locator;
    }

    private DiskImageException malformed(String message) {
        return VhdxStructure.malformed(file.host(), region.offset(), message);
    }
}
