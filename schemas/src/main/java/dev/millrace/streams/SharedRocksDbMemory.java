package dev.millrace.streams;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * One block cache and one limit on write buffers for all stores of the process: RocksDB lives outside the heap, and by default every
 * store takes its own 50 MB cache and three 16 MB buffers.
 *
 * <p>The first store decides the size; the memory is kept until the process ends.
 *
 * @see <a href="https://kafka.apache.org/documentation/streams/developer-guide/memory-mgmt.html#rocksdb">Bounding RocksDB's memory</a>
 */
public final class SharedRocksDbMemory implements RocksDBConfigSetter {
    /** Key of the size, in bytes, among the Streams properties. */
    public static final String BYTES_CONFIG = "millrace.rocksdb.bytes";

    private static final double WRITE_BUFFER_SHARE = 0.5;
    private static final double INDEX_SHARE = 0.1;
    private static final long WRITE_BUFFER_BYTES = 4L << 20;

    private static @Nullable Memory shared;

    private record Memory(LRUCache cache, WriteBufferManager buffers) {}

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        var memory = memory(configs.get(BYTES_CONFIG));
        var table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(memory.cache());
        table.setCacheIndexAndFilterBlocks(true);
        table.setCacheIndexAndFilterBlocksWithHighPriority(true);
        table.setPinTopLevelIndexAndFilter(true);
        options.setTableFormatConfig(table);
        options.setWriteBufferManager(memory.buffers());
        options.setWriteBufferSize(WRITE_BUFFER_BYTES);
    }

    @Override
    public void close(String storeName, Options options) {
        // the memory belongs to all stores
    }

    private static synchronized Memory memory(@Nullable Object bytes) {
        if (shared == null) {
            RocksDB.loadLibrary();
            long total = bytes instanceof Number number ? number.longValue() : Long.parseLong(String.valueOf(bytes));
            var cache = new LRUCache(total, -1, false, INDEX_SHARE);
            shared = new Memory(cache, new WriteBufferManager((long) (total * WRITE_BUFFER_SHARE), cache));
        }
        return shared;
    }
}
