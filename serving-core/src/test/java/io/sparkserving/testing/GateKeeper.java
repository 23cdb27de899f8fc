package io.sparkserving.testing;

import java.rmi.Remote;
import java.rmi.RemoteException;

/** Lets rows pass a {@link Gate} of another JVM. */
public interface GateKeeper extends Remote {

  /** Returns, with what is given, when the row may pass. */
  String pass(String uri) throws RemoteException, InterruptedException;
}
