package dev.bothways.machine.dialect.xl;

/** A specification of a drive or NIC that cannot be read. The message is the end of a sentence that begins with it. */
final class MalformedSpecificationException extends Exception {
    MalformedSpecificationException(String message) {
        super(message);
    }
}
