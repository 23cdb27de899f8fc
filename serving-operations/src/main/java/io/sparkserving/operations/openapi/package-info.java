/** What clients are told of a service's API: an OpenAPI document, made of the query's types. */
@NullMarked
package io.sparkserving.operations.openapi;

import org.jspecify.annotations.NullMarked;
