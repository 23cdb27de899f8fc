/**
 * The life of a request, in plain Java: accepted, queued, leased, answered once, forgotten. For the
 * modes; not for users.
 */
@NullMarked
package io.sparkserving.exchange;

import org.jspecify.annotations.NullMarked;
