/** The verbs: plan, convert, verify, rehearse. */
@NullMarked
package dev.bothways.conversion;

import org.jspecify.annotations.NullMarked;
