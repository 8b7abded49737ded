/** YAML, as far as definitions need it. */
@NullMarked
package dev.bothways.machine.dialect.yaml;

import org.jspecify.annotations.NullMarked;
