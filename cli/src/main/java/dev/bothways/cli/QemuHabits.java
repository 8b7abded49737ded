package dev.bothways.cli;

/**
 * What users of qemu-img type out of habit: options that change nothing here are accepted, what has another name or is not done is
 * refused with the word to use.
 */
final class QemuHabits {
    private static final String CACHE =
            "how qemu-img caches a file; here the system decides, and --sync waits for the medium";
    private static final String NOT_DONE = "not done here; use qemu-img for it";

    private QemuHabits() {}

    /** Of every command that opens an image. */
    static void ofOpening(Command command) {
        command.accepts("-U, --force-share", false, "images are never locked here");
        command.accepts("-T", true, CACHE);
        command.refuses("--image-opts", "images are named by their paths; -f says the format, --key-file the key");
        command.refuses("--object", "a key is read from a file; say --key-file FILE");
    }

    /** Of convert and create. */
    static void ofMaking(Command command) {
        command.refuses("-u", "a parent is always opened; put it where --parent says");
    }

    /** Of convert alone. */
    static void ofConverting(Command command) {
        command.accepts("-p", false, "progress is shown unless --progress=none");
        command.accepts("-W", false, "data is always written in the order that is fastest");
        command.accepts("-m", true, "all processors are used");
        command.accepts("-C", false, "copies are always made by the kernel where it can");
        command.accepts("-t", true, CACHE);
        command.refuses("--target-image-opts", "the target is named by its path; -O says the format, -o the settings");
        command.refuses("--target-is-zero", "leave it out: -n writes zeros too, and a new file has none to begin with");
        command.refuses("--salvage", "what cannot be read ends the conversion; copy the image with ddrescue first");
        command.refuses("--bitmaps", "bitmaps are not copied; " + NOT_DONE);
        command.refuses("--skip-broken-bitmaps", "bitmaps are not copied; leave it out");
        command.refuses("-D", "the target's settings are named with -o NAME=VALUE");
    }

    /** Of check alone. */
    static void ofChecking(Command command) {
        String repair = "nothing is repaired in place; `disk convert` writes a sound image of what can be read";
        command.refuses("-r", repair);
        command.refuses("--repair", repair);
        command.accepts("-q", false, "the exit code says it all");
    }

    /** Of compare alone. */
    static void ofComparing(Command command) {
        command.accepts("-p", false, "no progress is shown");
    }

    /** The commands that qemu-img has and this program has not. */
    static CommandGroup commands(CommandGroup disk) {
        return disk.without("resize", "images are not changed in place; " + NOT_DONE)
                .without("rebase", "convert with --parent PARENT writes the differences to another parent")
                .without("commit", "convert writes a whole image of an overlay and its parents")
                .without(
                        "snapshot", "info lists an image's snapshots, and convert -l NAME reads one; none is made here")
                .without("measure", "map tells how much data an image holds; convert needs that and a little more")
                .without(
                        "dd",
                        "convert copies whole disks, and -r limits the rate; for parts of a disk use dd on a raw one")
                .without("amend", "convert writes an image anew, with -o SETTING=VALUE")
                .without("bitmap", NOT_DONE)
                .without("bench", NOT_DONE);
    }
}
