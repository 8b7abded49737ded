package dev.bothways.machine.dialect.libvirt;

import dev.bothways.machine.Clock;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.Optional;

/** {@code <clock>}. */
final class ClockForm {
    private ClockForm() {}

    /** A zone by its name counts as the host's local time, since no other platform knows zones. */
    static Clock read(XmlElement clock, Values values) throws DefinitionException {
        String offset = clock.attribute("offset").orElse("utc");
        return switch (offset) {
            case "utc" -> Clock.utc();
            case "localtime", "timezone" -> new Clock(Clock.Base.LOCAL_TIME, 0);
            case "variable" -> {
                Optional<String> adjustment = clock.attribute("adjustment").filter(text -> !text.equals("reset"));
                boolean local = clock.attribute("basis").orElse("utc").equals("localtime");
                yield new Clock(
                        local ? Clock.Base.LOCAL_TIME : Clock.Base.UTC,
                        adjustment.isPresent() ? values.seconds(clock, adjustment.get()) : 0);
            }
            // A start at a fixed time is kept as the element it is.
            case "absolute" -> Clock.utc();
            default ->
                throw values.wrong(
                        clock, "'" + offset + "' is none of utc, localtime, timezone, variable and absolute");
        };
    }

    /** Whether a kept element says what the record says. */
    static boolean says(XmlElement element, Clock clock, Values values) {
        try {
            return read(element, values).equals(clock);
        } catch (DefinitionException e) {
            return false;
        }
    }

    static XmlElement write(Clock clock) {
        boolean local = clock.base() == Clock.Base.LOCAL_TIME;
        if (clock.offsetSeconds() == 0) {
            return XmlElement.builder("clock")
                    .attribute("offset", local ? "localtime" : "utc")
                    .build();
        }
        return XmlElement.builder("clock")
                .attribute("offset", "variable")
                .attribute("adjustment", clock.offsetSeconds())
                .attribute("basis", local ? "localtime" : "utc")
                .build();
    }
}
