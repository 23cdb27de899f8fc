package io.sparkserving.testing;

import org.jspecify.annotations.Nullable;

/** What a typed Dataset holds of a request: a bean, as Spark asks for in Java. */
public final class Order {

  private @Nullable String item;
  private int count;

  public @Nullable String getItem() {
    return item;
  }

  public void setItem(@Nullable String item) {
    this.item = item;
  }

  public int getCount() {
    return count;
  }

  public void setCount(int count) {
    this.count = count;
  }
}
