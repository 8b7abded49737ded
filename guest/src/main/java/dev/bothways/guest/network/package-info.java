/**
 * What a network card is to the configuration of a guest: facts of a card on a platform, matchers that choose cards by such facts,
 * and their evaluation. Nothing here reads or writes a guest.
 */
@NullMarked
package dev.bothways.guest.network;

import org.jspecify.annotations.NullMarked;
