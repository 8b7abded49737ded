package dev.bothways.machine.dialect.proxmox;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A volume of a storage of Proxmox: {@code local:100/vm-100-disk-0.qcow2}, {@code local-lvm:vm-100-disk-0}. In storages that
 * are folders it is the file {@code FOLDER/images/100/vm-100-disk-0.qcow2} (for {@code local} the folder is {@code
 * /var/lib/vz}), {@code iso/NAME} is {@code FOLDER/template/iso/NAME}; elsewhere it is a block device.
 *
 * @param storage the storage's name
 * @param volume the volume's name in it
 */
public record VolumeId(String storage, String volume) {
    private static final Pattern TEXT = Pattern.compile("([A-Za-z][-A-Za-z0-9._]*[A-Za-z0-9]):(\\S+)");
    private static final Set<String> FORMATS = Set.of("raw", "qcow2", "qcow", "qed", "vmdk");

    /** The volume that a definition's text names; empty where it is a path or a mere file name. */
    public static Optional<VolumeId> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches() ? Optional.of(new VolumeId(matcher.group(1), matcher.group(2))) : Optional.empty();
    }

    /** The name of the file that it is in a storage that is a folder, without the folders: {@code vm-100-disk-0.qcow2}. */
    public String fileName() {
        return volume.substring(volume.lastIndexOf('/') + 1);
    }

    /** The format of its image, which the name alone tells: what has no known ending is raw. */
    public String format() {
        return formatOf(volume);
    }

    static String formatOf(String name) {
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return name.indexOf('.') >= 0 && FORMATS.contains(ending) ? ending : "raw";
    }

    @Override
    public String toString() {
        return storage + ":" + volume;
    }
}
