/**
 * What an operator looks at: the page, the directory, configuration for load balancers, OpenAPI and
 * metrics. Plugs into core as two Java services.
 */
@NullMarked
package io.sparkserving.operations;

import org.jspecify.annotations.NullMarked;
