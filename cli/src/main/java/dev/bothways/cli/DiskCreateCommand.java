package dev.bothways.cli;

import dev.bothways.disk.DiskConversion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bothways disk create}. */
@Command(
        name = "create",
        mixinStandardHelpOptions = true,
        description = "Makes an image full of zeros (qemu-img create).")
final class DiskCreateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private TargetArguments target = new TargetArguments();

    @Parameters(index = "0", paramLabel = "IMAGE", description = "the image to make; it must not be there")
    private Path image = Path.of("");

    @Parameters(
            index = "1",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "what the guest will see, for example 20G")
    private long size;

    @Override
    public Integer call() throws IOException {
        DiskConversion.create(image, target.format(spec, image), size, target.options(), target.force);
        return ExitCode.DONE;
    }
}
