package io.sparkserving.exchange;

import io.sparkserving.options.JournalConfiguration;
import java.io.Serializable;

/**
 * Where the servers of one run of a query write requests down.
 *
 * @param folder of the query's journal, as a URI
 * @param generation counts the runs of the query, from 1
 * @param configuration how to write
 */
public record JournalPlace(String folder, long generation, JournalConfiguration configuration)
    implements Serializable {}
