package dev.bothways.cli;

import dev.bothways.conversion.ConversionException;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.Unfinished;
import dev.bothways.filesystem.FileSystem;
import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.Place;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code bothways files get}. */
final class FilesGetCommand extends Command {
    private static final int STEP = 1 << 18;
    private final InsideArguments inside = new InsideArguments(this);
    private final Argument<Path> target = parameter("FILE", ArgumentType.PATH, "the file to write; it must not exist")
            .required();

    private boolean made;

    FilesGetCommand() {
        super("Copies a file out of an image.");
    }

    @Override
    int run() throws IOException {
        inside.run((files, path) -> {
            requireRegular(files, path);
            Unfinished unfinished = Unfinished.output(target.value(), this::remove);
            try (OutputStream out = open()) {
                copy(files, path, out);
            } catch (IOException | RuntimeException e) {
                // Half a file would look like the whole one; what was there before was never opened.
                remove();
                throw e;
            } finally {
                unfinished.close();
            }
        });
        return ExitCode.DONE;
    }

    private void remove() throws IOException {
        if (made) {
            Files.deleteIfExists(target.value());
        }
    }

    private OutputStream open() throws IOException {
        List<OutputStream> opened = new ArrayList<>();
        Unfinished.whole(() -> {
            opened.add(HostFile.createStream(target.value()));
            made = true;
        });
        return opened.getFirst();
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
        place.volume().bytes().requireUnchanged();
    }
}
