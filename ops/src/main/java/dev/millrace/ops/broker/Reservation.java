package dev.millrace.ops.broker;

import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a broker takes from the machine, taken before it starts and given back after it ended.
 *
 * @param directory locked
 * @param node its id in the cluster
 * @param clients by listener, bound to the port that the broker listens on
 * @param controller bound to the port that the voters know, or a free one
 */
record Reservation(DataDirectory directory, int node, Map<String, LoopbackSocket> clients, LoopbackSocket controller)
        implements AutoCloseable {

    /** @throws BrokerStartException when one of them cannot be had; the others are given back then */
    static Reservation of(EmbeddedBrokerConfig config) {
        var directory = DataDirectory.open(config.dataDirectory());
        var sockets = new LinkedHashMap<String, LoopbackSocket>();
        try {
            sockets.put(BrokerSettings.CLIENT_LISTENER, LoopbackSocket.bind(config.port()));
            for (var further : config.listeners()) {
                sockets.put(further.name(), LoopbackSocket.bind(further.port()));
            }
            var controller = LoopbackSocket.bind(config.place().controllerPort());
            return new Reservation(directory, config.place().node(), sockets, controller);
        } catch (BrokerStartException e) {
            sockets.values().forEach(LoopbackSocket::close);
            directory.close();
            throw e;
        }
    }

    LoopbackSocket clientSocket() {
        return socket(BrokerSettings.CLIENT_LISTENER);
    }

    /** The socket of a listener. */
    LoopbackSocket socket(String listener) {
        var socket = listener.equals(BrokerSettings.CONTROLLER_LISTENER) ? controller : clients.get(listener);
        if (socket == null) {
            throw new IllegalArgumentException("no socket for listener " + listener);
        }
        return socket;
    }

    /** Where the controller of each node is found. */
    Map<Integer, InetSocketAddress> controllers(ClusterPlace place) {
        var addresses = new TreeMap<Integer, InetSocketAddress>();
        place.voters().forEach((voter, port) -> addresses.put(voter, LoopbackSocket.address(port)));
        addresses.put(node, controller.address());
        return addresses;
    }

    @Override
    public void close() {
        clients.values().forEach(LoopbackSocket::close);
        controller.close();
        directory.close();
    }
}
