package dev.bothways.guest.fixup;

import java.util.Optional;

/**
 * An edit that was made, with what stood at its path before and after.
 *
 * @param path of the file; for a {@link Edit.WriteFolder} there is one record a file
 * @param before SHA-256 of the file's bytes before; empty where no file stood there
 * @param after SHA-256 of them after; empty where no file stands there now
 */
public record AppliedEdit(Edit edit, String path, Optional<String> before, Optional<String> after) {}
