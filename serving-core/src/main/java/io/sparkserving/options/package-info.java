/** Option definitions and the typed, immutable configurations that are parsed from them. */
@NullMarked
package io.sparkserving.options;

import org.jspecify.annotations.NullMarked;
