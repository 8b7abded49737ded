package dev.bothways.machine.dialect.proxmox;

import dev.bothways.machine.Bus;
import dev.bothways.machine.Slot;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The values of {@code scsihw}: the one model that all SCSI controllers of a machine have. */
enum ScsiHardware {
    LSI("lsi", "lsi53c895a", 7),
    LSI53C810("lsi53c810", "lsi53c810", 7),
    VIRTIO("virtio-scsi-pci", "virtio-scsi", 256),
    /** One controller for each drive, which still has its number there. */
    VIRTIO_SINGLE("virtio-scsi-single", "virtio-scsi", 256),
    MEGASAS("megasas", "megasas", 256),
    PVSCSI("pvscsi", "pvscsi", 256);

    private final String word;
    private final String adapter;
    private final int places;

    ScsiHardware(String word, String adapter, int places) {
        this.word = word;
        this.adapter = adapter;
        this.places = places;
    }

    static List<String> words() {
        return Arrays.stream(values()).map(ScsiHardware::word).toList();
    }

    static ScsiHardware ofWord(String word) {
        return Arrays.stream(values())
                .filter(model -> model.word.equals(word))
                .findFirst()
                .orElse(LSI);
    }

    /** What gives the guest this model of controller; {@code lsilogic} is what libvirt calls LSI's 53C895A. */
    static Optional<ScsiHardware> ofAdapter(String adapter) {
        String meant = adapter.equals("lsilogic") ? LSI.adapter : adapter;
        return Arrays.stream(values())
                .filter(model -> model.adapter.equals(meant))
                .findFirst();
    }

    String word() {
        return word;
    }

    /** What the record calls the controller. */
    String adapter() {
        return adapter;
    }

    /** Where the guest sees {@code scsiN}. */
    Slot slot(int number) {
        return Slot.of(Bus.SCSI, number / places, number % places);
    }

    /** The number of the drive that the guest sees there; empty if there is none. */
    Optional<Integer> number(Slot slot) {
        long number = (long) slot.controller() * places + slot.unit();
        return slot.unit() < places && number < ConfKeys.SCSI ? Optional.of((int) number) : Optional.empty();
    }
}
