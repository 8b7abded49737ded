package dev.bothways.conversion.rehearse;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the guest itself said once it had booted, through a unit that only the rehearsal's throw-away layer holds.
 *
 * @param rootDevice the block device of the root file system, as the kernel names it
 * @param rootDrivers the drivers bound between that disk and the platform's bus, the disk's own first
 * @param nics the network interfaces but the loopback
 * @param failedUnits units of systemd in the state failed
 * @param notMounted what fstab names and is not mounted (or not swapped on)
 */
public record GuestReport(
        String rootDevice,
        List<String> rootDrivers,
        List<Nic> nics,
        List<String> failedUnits,
        List<String> notMounted) {

    /** A network interface with its hardware address, the driver bound to it, its state and its addresses. */
    public record Nic(String name, String mac, String driver, String state, List<String> addresses) {}

    /** The path of the unit that makes the report. */
    static final String UNIT = "/etc/systemd/system/bothways-rehearsal.service";

    /** The link that starts it. */
    static final String WANTS = "/etc/systemd/system/multi-user.target.wants/bothways-rehearsal.service";

    /** The script behind the unit. */
    static final String SCRIPT = "/etc/systemd/system/bothways-rehearsal.sh";

    static final String UNIT_TEXT = """
            [Unit]
            Description=Report of this boot for the rehearsal

            [Service]
            Type=simple
            ExecStart=/bin/sh /etc/systemd/system/bothways-rehearsal.sh
            StandardOutput=null
            StandardError=null
            """;

    /** One line a fact, to the second serial port, where nobody else writes. */
    static final String SCRIPT_TEXT = """
            exec > /dev/ttyS1
            systemctl is-system-running --wait > /dev/null 2>&1
            while read -r id parent dev rest; do
              set -- $rest
              [ "$2" = / ] || continue
              path=$(readlink -f "/sys/dev/block/$dev")
              echo "root ${path##*/}"
              while [ "$path" != /sys ] && [ -n "$path" ]; do
                if [ -e "$path/driver" ]; then
                  driver=$(readlink -f "$path/driver")
                  echo "root-driver ${driver##*/}"
                fi
                if [ -e "$path/device/driver" ] && [ ! -e "$path/driver" ]; then
                  path=$(readlink -f "$path/device")
                else
                  path=${path%/*}
                fi
              done
            done < /proc/self/mountinfo
            for nic in /sys/class/net/*; do
              name=${nic##*/}
              [ "$name" != lo ] || continue
              driver=$(readlink -f "$nic/device/driver")
              addresses=$(ip -o addr show dev "$name" scope global 2> /dev/null | while read -r n i family address rest; do printf '%s ' "$address"; done)
              echo "nic $name $(cat "$nic/address") ${driver##*/} $(cat "$nic/operstate") $addresses"
            done
            systemctl list-units --state=failed --no-legend --plain --no-pager | while read -r unit rest; do
              echo "failed $unit"
            done
            while read -r device where type options rest; do
              case $device in '#'* | '') continue ;; esac
              case ",$options," in *,noauto,* | *,nofail,*) continue ;; esac
              if [ "$type" = swap ]; then
                real=$(findfs "$device" 2> /dev/null || readlink -f "$device")
                grep -q "^$(readlink -f "$real") " /proc/swaps || echo "unmounted $device"
              elif [ "$where" != none ]; then
                grep -q " $where " /proc/self/mounts || echo "unmounted $where"
              fi
            done < /etc/fstab
            echo end
            """;

    /** Reads the lines of the script; nothing where the report is not whole. */
    static Optional<GuestReport> parse(List<String> lines) {
        String rootDevice = "";
        List<String> rootDrivers = new ArrayList<>();
        List<Nic> nics = new ArrayList<>();
        List<String> failedUnits = new ArrayList<>();
        List<String> notMounted = new ArrayList<>();
        boolean whole = false;
        for (String line : lines) {
            List<String> words = List.of(line.strip().split("\\s+"));
            String argument = words.size() > 1 ? words.get(1) : "";
            switch (words.getFirst()) {
                case "root" -> rootDevice = argument;
                case "root-driver" -> rootDrivers.add(argument);
                case "nic" -> {
                    if (words.size() >= 5) {
                        nics.add(new Nic(
                                argument, words.get(2), words.get(3), words.get(4), words.subList(5, words.size())));
                    }
                }
                case "failed" -> failedUnits.add(argument);
                case "unmounted" -> notMounted.add(argument);
                case "end" -> whole = true;
                default -> {
                    // A kernel that also writes its messages to this port: not ours.
                }
            }
        }
        return whole
                ? Optional.of(new GuestReport(
                        rootDevice,
                        List.copyOf(rootDrivers),
                        List.copyOf(nics),
                        List.copyOf(failedUnits),
                        List.copyOf(notMounted)))
                : Optional.empty();
    }
}
