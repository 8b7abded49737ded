package dev.bothways.disk;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Runs a test with the JDK's file channels alone, as on a system whose own calls we do not know. */
public final class PortableOnly implements BeforeEachCallback, AfterEachCallback {

    @Override
    public void beforeEach(ExtensionContext context) {
        System.setProperty(LinuxCalls.PROPERTY, "off");
    }

    @Override
    public void afterEach(ExtensionContext context) {
        System.clearProperty(LinuxCalls.PROPERTY);
    }
}
