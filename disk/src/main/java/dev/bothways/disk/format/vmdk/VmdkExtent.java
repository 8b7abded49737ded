package dev.bothways.disk.format.vmdk;

import dev.bothways.disk.HostFile;
import dev.bothways.disk.format.mapped.RangeMap;
import java.util.List;
import java.util.Optional;

/**
 * A part of a disk, opened.
 *
 * @param size how much of the disk it is, in bytes
 * @param file where it lies; of a part of zeros, the descriptor's file
 * @param map where its bytes are
 * @param grains the same map where it goes by tables
 * @param header the header of a sparse extent of VMware Workstation
 * @param notes what was odd but did not matter
 */
record VmdkExtent(
        String type,
        long size,
        HostFile file,
        RangeMap map,
        Optional<GrainMap> grains,
        Optional<SparseHeader> header,
        List<String> notes) {

    static VmdkExtent plain(VmdkExtentLine line, HostFile file, RangeMap map) {
        return new VmdkExtent(
                line.type(),
                line.sectors() * SparseHeader.SECTOR,
                file,
                map,
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    static VmdkExtent ofGrains(String type, long size, HostFile file, GrainMap grains) {
        return new VmdkExtent(type, size, file, grains, Optional.of(grains), Optional.empty(), List.of());
    }

    /** The unit in which the file gives out space, in bytes; 1 where it holds the bytes as they are. */
    long unit() {
        return grains.map(GrainMap::grainBytes).orElse(1L);
    }
}
