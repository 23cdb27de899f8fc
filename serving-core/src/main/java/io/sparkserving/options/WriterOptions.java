package io.sparkserving.options;

import java.util.List;

/** Every option of {@code writeStream}, defined once. */
final class WriterOptions {
  static final ServingOption<String> NAME =
      new ServingOption<>(
          "name",
          "string",
          null,
          "the name of a service that was loaded in this application",
          "The service to reply to, as replyTo sets it.",
          OptionParsers.text("\\S(.*\\S)?"));

  static final ServingOption<String> ID_COL =
      new ServingOption<>(
          "idCol",
          "string",
          "id",
          "the name of a column with the source's id struct",
          "Column that says which request a row answers.",
          OptionParsers.text(".+"));

  static final ServingOption<String> REPLY_COL =
      new ServingOption<>(
          "replyCol",
          "string",
          "reply",
          "the name of a column with a reply struct, as makeReply makes it",
          "Column that holds the reply.",
          OptionParsers.text(".+"));

  static final List<ServingOption<?>> ALL = List.of(NAME, ID_COL, REPLY_COL);

  private WriterOptions() {}
}
