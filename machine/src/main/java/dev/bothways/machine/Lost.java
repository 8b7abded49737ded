package dev.bothways.machine;

/**
 * One item that a dialect could not carry.
 *
 * @param item what, by the name the source gives it; never a secret's value
 * @param why the reason, as the end of a sentence that begins with the item
 */
public record Lost(String item, String why) {}
