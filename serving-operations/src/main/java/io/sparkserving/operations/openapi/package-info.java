/** What clients are told of a service's API: an OpenAPI document, and a page to try the service. */
@NullMarked
package io.sparkserving.operations.openapi;

import org.jspecify.annotations.NullMarked;
