package dev.bothways.cli;

import dev.bothways.conversion.ConversionException;
import dev.bothways.disk.OutputException;
import dev.bothways.filesystem.FileSystem;
import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.Place;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bothways files get}. */
@Command(name = "get", mixinStandardHelpOptions = true, description = "Copies a file out of an image.")
final class FilesGetCommand implements Callable<Integer> {
    private static final int STEP = 1 << 18;

    @Mixin
    private InsideArguments inside = new InsideArguments();

    @Parameters(index = "1", paramLabel = "FILE", description = "the file to write; it must not be there")
    private Path target = Path.of("");

    private boolean made;

    @Override
    public Integer call() throws IOException {
        inside.run((files, path) -> {
            requireRegular(files, path);
            try (OutputStream out = open()) {
                copy(files, path, out);
            } catch (IOException | RuntimeException e) {
                // Half a file would look like the whole one; what was there before was never opened.
                if (made) {
                    Files.delete(target);
                }
                throw e;
            }
        });
        return ExitCode.DONE;
    }

    private OutputStream open() throws OutputException {
        try {
            OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            made = true;
            return out;
        } catch (FileAlreadyExistsException e) {
            throw new OutputException(target, "is there already; name another file", e);
        } catch (NoSuchFileException e) {
            throw new OutputException(target, "the folder for it is not there; make it first", e);
        } catch (IOException e) {
            throw new OutputException(target, "cannot be made", e);
        }
    }

    private static void requireRegular(GuestFiles files, String path) throws IOException {
        if (!InsideArguments.status(files, path).isRegular()) {
            throw new ConversionException(
                    ConversionException.Kind.USAGE, path + " is no regular file; name a file inside the image");
        }
    }

    /** Copies a regular file inside an image. */
    static void copy(GuestFiles files, String path, OutputStream out) throws IOException {
        requireRegular(files, path);
        Place place = files.place(path);
        FileSystem fileSystem = place.volume().fileSystem().orElseThrow();
        ByteBuffer step = ByteBuffer.allocate(STEP);
        long at = 0;
        for (int count = fileSystem.read(place.path(), at, step.clear());
                count >= 0;
                count = fileSystem.read(place.path(), at, step.clear())) {
            out.write(step.array(), 0, count);
            at += count;
        }
    }
}
