/** Where modules plug in that make servers reachable through another machine. */
@NullMarked
package io.sparkserving.forwarding;

import org.jspecify.annotations.NullMarked;
