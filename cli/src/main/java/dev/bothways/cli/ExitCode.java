package dev.bothways.cli;

import dev.bothways.conversion.ConversionException;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.InputException;
import dev.bothways.disk.OutputException;
import dev.bothways.filesystem.VolumeException;
import dev.bothways.guest.GuestException;
import dev.bothways.machine.DefinitionException;
import java.io.EOFException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;

/** The exit codes, and which error has which. */
final class ExitCode {
    static final int DONE = 0;
    static final int INTERNAL = 1;
    static final int USAGE = 2;
    static final int SOURCE = 3;
    static final int GUEST = 4;
    static final int OUTPUT = 5;
    static final int VERIFICATION = 6;
    /** {@code disk check} of a format that has nothing to check; qemu-img's code for it. */
    static final int NOT_CHECKED = 63;
    /** What a shell reports of a program that wrote into a pipe whose reader had gone: 128 and SIGPIPE. */
    static final int CLOSED_PIPE = 141;

    private ExitCode() {}

    static int of(Throwable error) {
        return switch (error) {
            case ConversionException e ->
                switch (e.kind()) {
                    case USAGE -> USAGE;
                    case SOURCE -> SOURCE;
                    case GUEST -> GUEST;
                    case OUTPUT -> OUTPUT;
                    case VERIFICATION -> VERIFICATION;
                };
            case OutputException e -> OUTPUT;
            case InputException e -> SOURCE;
            case DiskImageException e -> e.kind() == DiskImageException.Kind.REQUEST ? USAGE : SOURCE;
            case VolumeException e -> SOURCE;
            case DefinitionException e -> SOURCE;
            case GuestException e -> SOURCE;
            case FileSystemException e -> SOURCE;
            case EOFException e -> SOURCE;
            case InvalidPathException e -> USAGE;
            default -> INTERNAL;
        };
    }
}
