package dev.bothways.conversion.target;

import dev.bothways.conversion.bundle.XvaMember;
import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.archive.xva.XvaWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** An XVA, with the checksums that every XenServer takes. */
final class XvaBundle implements Bundle {

    @Override
    public List<String> order(List<String> diskFiles) {
        return diskFiles.stream()
                .sorted(Comparator.comparing(XvaBundle::folder))
                .toList();
    }

    private static String folder(String diskFile) {
        return XvaMember.of(diskFile)
                .orElseThrow(() -> new IllegalArgumentException(diskFile + " is in no XVA"))
                .folder();
    }

    @Override
    public Packer begin(Path archive, Target.Definition definition) throws IOException {
        byte[] text = definition.files().getFirst().text().getBytes(StandardCharsets.UTF_8);
        XvaWriter writer = XvaWriter.create(archive, CreateOptions.usual(), XvaWriter.Sums.SHA1, text);
        return new Packer() {
            @Override
            public ImageWriter disk(String diskFile, long size) throws IOException {
                return writer.disk(folder(diskFile), size);
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
