package dev.millrace.router.store;

import dev.millrace.avro.AccountRecord;
import dev.millrace.job.AccountId;
import dev.millrace.router.admission.AccountPolicy;
import dev.millrace.serde.AvroCodec;
import dev.millrace.serde.AvroCodec.Undecodable;
import dev.millrace.serde.AvroCodec.Value;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the administration says about accounts. An account without a readable record has the defaults. */
public final class Accounts {
    private static final Logger LOG = LoggerFactory.getLogger(Accounts.class);

    private final ReadOnlyKeyValueStore<String, byte[]> store;
    private final AvroCodec<AccountRecord> codec;

    public Accounts(ReadOnlyKeyValueStore<String, byte[]> store, AvroCodec<AccountRecord> codec) {
        this.store = store;
        this.codec = codec;
    }

    /** The account's policy. */
    public AccountPolicy policy(AccountId account) {
        var bytes = store.get(account.value());
        if (bytes == null) {
            return AccountPolicy.DEFAULTS;
        }
        return switch (codec.decode(bytes)) {
            case Value<AccountRecord>(var value) -> AccountPolicy.of(value);
            case Undecodable<AccountRecord>(var reason) -> {
                LOG.atDebug()
                        .addKeyValue("account", account)
                        .addKeyValue("reason", reason)
                        .log("account record is not readable; its defaults count");
                yield AccountPolicy.DEFAULTS;
            }
        };
    }
}
