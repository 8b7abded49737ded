package dev.bothways.machine.dialect.proxmox;

/** A value that is not what its key needs; the message is the end of a sentence that begins with the value. */
final class MalformedPropertyException extends Exception {
    MalformedPropertyException(String message) {
        super(message);
    }
}
