/** The test kit: oracles, the corpus, seeds. Test scope only; it knows none of our modules. */
@NullMarked
package dev.bothways.testing;

import org.jspecify.annotations.NullMarked;
