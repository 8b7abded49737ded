/** How a guest configures its network, one class a kind of file. Start with {@link dev.bothways.guest.linux.network.Network}. */
@NullMarked
package dev.bothways.guest.linux.network;

import org.jspecify.annotations.NullMarked;
