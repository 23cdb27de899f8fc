/** The services that this JVM runs, by name, from load to stop. */
@NullMarked
package io.sparkserving.service;

import org.jspecify.annotations.NullMarked;
