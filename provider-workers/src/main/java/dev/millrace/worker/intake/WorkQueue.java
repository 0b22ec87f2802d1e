package dev.millrace.worker.intake;

import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.Lane;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What was polled and has not started, in the order in which it should: the interactive lane before the batch lane; within a lane one
 * job of each account in turn; within an account and provider in log order. A provider without room is passed over and nobody else
 * waits for it. Not thread-safe.
 */
public final class WorkQueue {
    private final Map<Lane, Map<String, Map<String, Deque<Work>>>> lanes = new EnumMap<>(Lane.class);
    private int size;

    public WorkQueue() {
        for (var lane : Lane.values()) {
            lanes.put(lane, new LinkedHashMap<>());
        }
    }

    public void add(Work work) {
        lane(work.lane())
                .computeIfAbsent(work.dispatch().getAccount(), _ -> new LinkedHashMap<>())
                .computeIfAbsent(provider(work), _ -> new ArrayDeque<>())
                .add(work);
        size++;
    }

    /**
     * Removes and returns the next piece of work.
     *
     * @param hasRoom whether a provider can take one more call
     * @param batchAllowed whether the batch lane may take one more slot
     * @return null when nothing can start now
     */
    public @Nullable Work next(Predicate<String> hasRoom, boolean batchAllowed) {
        for (var lane : lanes.keySet()) {
            if (lane == Lane.INTERACTIVE || batchAllowed) {
                var work = next(lane(lane), hasRoom);
                if (work != null) {
                    size--;
                    return work;
                }
            }
        }
        return null;
    }

    private static @Nullable Work next(Map<String, Map<String, Deque<Work>>> accounts, Predicate<String> hasRoom) {
        for (var account : accounts.entrySet()) {
            for (var provider : account.getValue().entrySet()) {
                if (hasRoom.test(provider.getKey())) {
                    var work = provider.getValue().remove();
                    takeTurn(accounts, account.getKey(), provider.getKey());
                    return work;
                }
            }
        }
        return null;
    }

    /** Puts the account at the end of the line, and the provider at the end of the account's. */
    private static void takeTurn(Map<String, Map<String, Deque<Work>>> accounts, String account, String provider) {
        var providers = accounts.remove(account);
        if (providers == null) {
            return;
        }
        var rest = providers.remove(provider);
        if (rest != null && !rest.isEmpty()) {
            providers.put(provider, rest);
        }
        if (!providers.isEmpty()) {
            accounts.put(account, providers);
        }
    }

    /** Removes what matches, for partitions that are not ours any more or jobs that were cancelled. */
    public List<Work> removeIf(Predicate<Work> condition) {
        var removed = new ArrayList<Work>();
        for (var lane : lanes.values()) {
            for (var account : lane.values()) {
                account.values().forEach(queue -> queue.removeIf(work -> condition.test(work) && removed.add(work)));
                account.values().removeIf(Collection::isEmpty);
            }
            lane.values().removeIf(Map::isEmpty);
        }
        size -= removed.size();
        return removed;
    }

    public int size() {
        return size;
    }

    private Map<String, Map<String, Deque<Work>>> lane(Lane lane) {
        return lanes.computeIfAbsent(lane, _ -> new LinkedHashMap<>());
    }

    private static String provider(Work work) {
        return work.dispatch().getOrder() instanceof AttemptOrder order ? order.getProvider() : "";
    }
}
