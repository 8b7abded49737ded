package dev.bothways.guest.network;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network card as matchers see it.
 *
 * @param number its place among the machine's cards, from 0
 * @param address its hardware address, in small letters with colons, where it is known
 * @param placeNames what udev may call it by its place, where the place is known
 * @param facts what is known of it; of what is not there nothing is
 */
public record Card(int number, Optional<String> address, List<String> placeNames, Map<Property, Fact> facts) {

    public Card {
        placeNames = List.copyOf(placeNames);
        facts = Map.copyOf(facts);
    }

    Fact fact(Property property) {
        return facts.getOrDefault(property, Fact.UNKNOWN);
    }

    /** The card when its interface is known to have this name. */
    public Card named(String name) {
        Map<Property, Fact> all = new EnumMap<>(Property.class);
        all.putAll(facts);
        all.put(Property.NAME, Fact.oneOf(name));
        return new Card(number, address, placeNames, all);
    }

    /** Whether the interface has this very name, as far as that is known. */
    public Verdict isNamed(String name) {
        return fact(Property.NAME).matches(List.of(name));
    }
}
