/** What is measured of services, as plain numbers; what shows them is elsewhere. */
@NullMarked
package io.sparkserving.metrics;

import org.jspecify.annotations.NullMarked;
