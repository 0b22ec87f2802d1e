package dev.millrace.ops.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "keys", description = "Administer API keys; the administrator's key is used.")
final class KeysCommand implements Callable<Integer> {
    private static final String PATH = "/v1/keys";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    KeysCommand(Session session) {
        this.session = session;
    }

    @Command(name = "list", description = "List keys, revoked ones included; never their text.")
    int list(
            @Option(names = "--account", paramLabel = "ACCOUNT", description = "Only this account's.") @Nullable
                    String account,
            @Option(names = "--json", description = "Print the server's JSON.") boolean json) {
        try (var client = session.adminClient()) {
            var body = client.get(account == null ? PATH : PATH + "?account=" + UrlPart.encode(account))
                    .body();
            session.console()
                    .out()
                    .print(
                            json
                                    ? body + "\n"
                                    : JsonTable.of(
                                            body.path("data"),
                                            "id",
                                            "account",
                                            "label",
                                            "scopes",
                                            "created_at",
                                            "expires_at",
                                            "revoked"));
        }
        return ExitCode.FINE;
    }

    @Command(name = "create", description = "Make a key; its text is printed once and kept nowhere.")
    int create(
            @Parameters(paramLabel = "ACCOUNT", description = "Account the key acts for.") String account,
            @Option(names = "--label", paramLabel = "TEXT", description = "What it is for.") @Nullable String label,
            @Option(names = "--scope", paramLabel = "SCOPE", split = ",", description = "What it may do; repeatable.")
                    @Nullable
                    List<String> scopes,
            @Option(names = "--expires-at", paramLabel = "TIME", description = "RFC 3339 time of its end.") @Nullable
                    String expiresAt,
            @Option(names = "--json", description = "Print the server's JSON.") boolean json) {
        var body = JSON.createObjectNode().put("account", account);
        if (label != null) {
            body.put("label", label);
        }
        if (scopes != null) {
            scopes.forEach(body.putArray("scopes")::add);
        }
        if (expiresAt != null) {
            body.put("expires_at", expiresAt);
        }
        try (var client = session.adminClient()) {
            var made = client.post(PATH, body, Map.of()).body();
            session.console().out().println(json ? made : made.path("key").asText());
        }
        return ExitCode.FINE;
    }

    @Command(name = "revoke", description = "End a key, for ever.")
    int revoke(@Parameters(paramLabel = "KEY-ID", description = "Id of the key.") String id) {
        try (var client = session.adminClient()) {
            session.console()
                    .out()
                    .println(client.delete(PATH + "/" + UrlPart.encode(id)).body());
        }
        return ExitCode.FINE;
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Name what to do: list, create or revoke.");
    }
}
