/** What the providers of all formats share. For the modes; not for users. */
@NullMarked
package io.sparkserving.format;

import org.jspecify.annotations.NullMarked;
