package dev.bothways.disk;

import java.io.IOException;
import java.nio.file.Path;

/** A program that converts a raw disk, waiting for the medium, so that others can watch it or kill it. */
final class ConvertOnce {
    private ConvertOnce() {}

    /** The raw disk, the image to write, and the name of its {@link WrittenKind}. */
    public static void main(String[] arguments) throws IOException {
        WrittenKind kind = WrittenKind.named(arguments[2]);
        CreateOptions durable = CreateOptions.usual().with(kind.options().allocation());
        for (var setting : kind.options().settings().entrySet()) {
            durable = durable.withSetting(setting.getKey(), setting.getValue());
        }
        durable = kind.options().compressed() ? durable.packing() : durable;
        try (DiskImage source =
                DiskImages.open(Path.of(arguments[0]), OpenOptions.usual().as(DiskFormat.RAW))) {
            DiskConversion.convert(source, Path.of(arguments[1]), kind.format(), durable, CopyOptions.usual(), false);
        }
    }
}
