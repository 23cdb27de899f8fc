/** The sink that all modes share: output rows become replies. */
@NullMarked
package io.sparkserving.sink;

import org.jspecify.annotations.NullMarked;
