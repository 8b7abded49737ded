package dev.bothways.filesystem;

/** Owner and permission bits (07777) of a file that is about to be made. */
public record NewFile(int user, int group, int mode) {
    /** A file of root's that everyone may read. */
    public static final NewFile ROOT_FILE = new NewFile(0, 0, 0644);

    /** A directory of root's that everyone may enter. */
    public static final NewFile ROOT_DIRECTORY = new NewFile(0, 0, 0755);
}
