package dev.bothways.guest;

import dev.bothways.guest.linux.LinuxInspection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The door: finds out what is inside a machine's disks. Nothing is changed, and nothing of the guest is run. */
public final class GuestInspection {
    private GuestInspection() {}

    /**
     * The operating system on these disks. The disks stay the caller's to close, and must stay open as long as the guest is asked.
     *
     * @param disks as the machine attaches them, in its order
     * @param hostBoot the kernel that the host gives, where the machine's definition names one
     * @throws GuestException where there is none, or more than one, or it lies on something that is not read
     */
    public static Guest inspect(List<AttachedDisk> disks, Optional<HostBoot> hostBoot) throws IOException {
        List<String> problems = new ArrayList<>();
        List<Volume> volumes = Volumes.find(disks, problems);
        return LinuxInspection.inspect(volumes, disks, hostBoot, problems);
    }
}
