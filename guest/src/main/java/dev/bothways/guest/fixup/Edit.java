package dev.bothways.guest.fixup;

import dev.bothways.filesystem.NewFile;
import dev.bothways.guest.Volume;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** One change to a guest's files. Paths are the guest's own, links in them followed as the guest would. */
public sealed interface Edit {

    /** The fix-up that asks for it. */
    String fixup();

    /** The path of the guest that it changes; for {@link WriteBytes} that of the volume's device. */
    String path();

    /** Why the guest would not boot, or would lose its network or console, without it: one sentence. */
    String reason();

    /** What changes, for people: lines of a text as {@code -old} and {@code +new}, else one line that says what is done. */
    List<String> summary();

    /**
     * A file gets another content, or is made.
     *
     * @param before what stood there; empty where nothing did
     * @param attributes owner and mode where it is made; a file that is there keeps its own
     */
    record WriteFile(
            String fixup,
            String path,
            Optional<FileContent> before,
            FileContent after,
            NewFile attributes,
            String reason)
            implements Edit {
        @Override
        public List<String> summary() {
            return isText(after) ? changedLines() : List.of("written: " + after);
        }

        private List<String> changedLines() {
            return LineChanges.between(before.map(WriteFile::utf8).orElse(""), utf8(after));
        }

        private static boolean isText(FileContent content) {
            return content.text().indexOf('\0') < 0 && content.size() < 1 << 20;
        }

        private static String utf8(FileContent content) {
            return new String(content.bytes(), StandardCharsets.UTF_8);
        }
    }

    /**
     * Files of one folder get other contents, or are made; an existing one keeps its owner and mode.
     *
     * @param files contents by name
     */
    record WriteFolder(String fixup, String path, SortedMap<String, FileContent> files, String reason) implements Edit {
        @Override
        public List<String> summary() {
            long size = files.values().stream().mapToLong(FileContent::size).sum();
            return List.of("written: " + files.size() + " files of " + size + " bytes in all");
        }
    }

    /**
     * Bytes are added at the end of a file.
     *
     * @param offset the size that the file has before
     * @param contents what the bytes hold, a line each
     */
    record AppendFile(String fixup, String path, long offset, FileContent added, List<String> contents, String reason)
            implements Edit {
        @Override
        public List<String> summary() {
            List<String> lines = new ArrayList<>(List.of("appended: " + added + " at " + offset));
            lines.addAll(contents);
            return lines;
        }
    }

    /** A file or a link goes. */
    record RemoveFile(String fixup, String path, String reason) implements Edit {
        @Override
        public List<String> summary() {
            return List.of("removed");
        }
    }

    /** A symbolic link is made. */
    record MakeLink(String fixup, String path, String target, String reason) implements Edit {
        @Override
        public List<String> summary() {
            return List.of("link to " + target);
        }
    }

    /**
     * Bytes of a volume change, outside of files.
     *
     * @param volume the volume
     * @param offset where they are on it
     * @param after what will be there
     * @param done what that means, a line
     */
    record WriteBytes(String fixup, Volume volume, long offset, FileContent after, String done, String reason)
            implements Edit {
        @Override
        public String path() {
            return "/dev/" + volume.device();
        }

        @Override
        public List<String> summary() {
            return List.of(done);
        }
    }

    /** A directory is made, of root's. */
    record MakeDirectory(String fixup, String path, String reason) implements Edit {
        @Override
        public List<String> summary() {
            return List.of("directory made");
        }
    }
}
