/** Requests and replies in the forms of other servers of models, for their clients. */
@NullMarked
package io.sparkserving.protocols;

import org.jspecify.annotations.NullMarked;
