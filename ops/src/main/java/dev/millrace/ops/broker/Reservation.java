package dev.millrace.ops.broker;

/**
 * What a broker takes from the machine, taken before it starts and given back after it ended.
 *
 * @param directory locked
 * @param clientSocket bound to the port that clients are told
 * @param controllerSocket bound to a free port
 */
record Reservation(DataDirectory directory, LoopbackSocket clientSocket, LoopbackSocket controllerSocket)
        implements AutoCloseable {

    /** @throws BrokerStartException when one of the three cannot be had; the others are given back then */
    static Reservation of(EmbeddedBrokerConfig config) {
        var directory = DataDirectory.open(config.dataDirectory());
        try {
            return withSockets(directory, config.port());
        } catch (BrokerStartException e) {
            directory.close();
            throw e;
        }
    }

    private static Reservation withSockets(DataDirectory directory, int port) {
        var clientSocket = LoopbackSocket.bind(port);
        try {
            return new Reservation(directory, clientSocket, LoopbackSocket.bind(0));
        } catch (BrokerStartException e) {
            clientSocket.close();
            throw e;
        }
    }

    @Override
    public void close() {
        clientSocket.close();
        controllerSocket.close();
        directory.close();
    }
}
