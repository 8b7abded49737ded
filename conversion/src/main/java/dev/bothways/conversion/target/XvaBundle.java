package dev.bothways.conversion.target;

import dev.bothways.conversion.bundle.BundledDisk;
import dev.bothways.disk.CopyOptions;
import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskCopy;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.archive.xva.XvaWriter;
import dev.bothways.machine.Machine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** An XVA, with the checksums that every XenServer takes. */
final class XvaBundle implements Bundle {
    private final XenserverTarget target;

    XvaBundle(XenserverTarget target) {
        this.target = target;
    }

    @Override
    public String id() {
        return "xva";
    }

    @Override
    public List<String> order(List<String> diskFiles) {
        return diskFiles.stream()
                .sorted(Comparator.comparing(BundledDisk::memberOf))
                .toList();
    }

    @Override
    public Packer begin(Path archive, Machine machine, List<Target.ConvertedDisk> disks) throws IOException {
        String definition = target.definition(machine, disks).files().getFirst().text();
        XvaWriter writer = XvaWriter.create(
                archive, CreateOptions.usual(), XvaWriter.Sums.SHA1, definition.getBytes(StandardCharsets.UTF_8));
        return new Packer() {
            @Override
            public DiskCopy.Result disk(String diskFile, VirtualDisk disk, CopyOptions copying) throws IOException {
                try (ImageWriter image = writer.disk(BundledDisk.memberOf(diskFile), disk.size())) {
                    DiskCopy.Result result = DiskCopy.copy(disk, image, copying);
                    image.finish();
                    return result;
                }
            }

            @Override
            public void finish() throws IOException {
                writer.finish();
            }

            @Override
            public void close() throws IOException {
                writer.close();
            }
        };
    }
}
