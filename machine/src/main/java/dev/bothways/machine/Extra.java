package dev.bothways.machine;

import java.util.Locale;

/**
 * An item of a definition that the record has no word for, kept so that writing the same dialect again loses nothing. Every
 * other dialect reports it as lost.
 *
 * @param dialect whose item it is ({@link dev.bothways.machine.dialect.Dialect#id})
 * @param key its name there
 * @param value its value in that dialect's own syntax; never copied into a file without being parsed again
 */
public record Extra(String dialect, String key, String value) {

    /** Whether the value is or holds a secret (a display's password), which reports and manifests leave out. */
    public boolean secret() {
        String text = (key + value).toLowerCase(Locale.ROOT);
        return text.contains("passw") || text.startsWith("remotedisplay.vnc.key");
    }

    /** Names the item without its value if that is a secret. */
    @Override
    public String toString() {
        return dialect + ":" + key + "=" + (secret() ? "(secret)" : value);
    }
}
