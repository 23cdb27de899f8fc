package io.sparkserving.testing;

import java.rmi.Remote;
import java.rmi.RemoteException;

/** Tells tests of the services of one JVM. */
public interface ServiceProbe extends Remote {

  /** The latest service of that name, even after its end; null if this JVM had none. */
  ServiceState state(String service) throws RemoteException;
}
