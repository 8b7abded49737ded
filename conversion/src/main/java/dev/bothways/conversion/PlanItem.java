package dev.bothways.conversion;

/**
 * What becomes of one item of a machine's definition.
 *
 * @param item its name: {@code memory}, {@code disk xvda}, {@code address of network card 1}
 * @param fate whether the converted machine has it
 * @param from what it was; empty text where the source says nothing
 * @param to what it is; the same as {@code from} where it is kept, empty text where it is lost
 * @param why the reason, of what is mapped or lost; empty text of what is kept
 */
public record PlanItem(String item, Fate fate, String from, String to, String why) {

    /** Whether an item makes the trip. */
    public enum Fate {
        KEPT("kept"),
        MAPPED("mapped"),
        LOST("lost");

        private final String id;

        Fate(String id) {
            this.id = id;
        }

        /** The name in reports. */
        public String id() {
            return id;
        }
    }

    static PlanItem kept(String item, String value) {
        return new PlanItem(item, Fate.KEPT, value, value, "");
    }

    static PlanItem mapped(String item, String from, String to, String why) {
        return new PlanItem(item, Fate.MAPPED, from, to, why);
    }

    static PlanItem lost(String item, String from, String why) {
        return new PlanItem(item, Fate.LOST, from, "", why);
    }
}
