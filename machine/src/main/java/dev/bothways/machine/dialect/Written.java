package dev.bothways.machine.dialect;

import dev.bothways.machine.Lost;
import java.util.List;

/**
 * A definition as written.
 *
 * @param text the file, to be stored as UTF-8
 * @param lost what of the machine is not in it
 */
public record Written(String text, List<Lost> lost) {
    public Written {
        lost = List.copyOf(lost);
    }
}
