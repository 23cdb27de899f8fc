package io.sparkserving.distributed;

import io.sparkserving.testing.FrozenDriverContract;

class DistributedFrozenDriverTest extends FrozenDriverContract {
  DistributedFrozenDriverTest() {
    super("distributedServer");
  }
}
