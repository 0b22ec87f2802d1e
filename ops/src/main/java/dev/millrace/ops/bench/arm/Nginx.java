package dev.millrace.ops.bench.arm;

import dev.millrace.ops.bench.load.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** nginx as a plain reverse proxy that buffers nothing: the floor of a proxy that keeps nothing. */
public final class Nginx {
    private static final Duration START_WITHIN = Duration.ofSeconds(10);

    private Nginx() {}

    /** Starts it, one process, configured in the run's directory. */
    public static Arm start(Children children, URI vendor) {
        int port = Ports.free();
        var home = children.directory().resolve("nginx");
        try {
            Files.createDirectories(home);
            Files.writeString(home.resolve("nginx.conf"), configuration(port, vendor));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var words = List.of("nginx", "-p", home.toString(), "-c", "nginx.conf", "-e", "error.log");
        var process = children.start(new ChildProcess.Command("nginx", words, Map.of(), false), home);
        process.await("open port", START_WITHIN, () -> Ports.open(port) ? true : null);
        return new Arm(
                Arm.Kind.NGINX,
                new Target(URI.create("http://127.0.0.1:" + port), Map.of(), "nginx/"),
                List.of(process));
    }

    private static String configuration(int port, URI vendor) {
        return """
                daemon off;
                master_process off;
                pid nginx.pid;
                worker_rlimit_nofile 65536;
                events { worker_connections 32768; }
                http {
                  access_log off;
                  client_body_temp_path body;
                  proxy_temp_path proxy;
                  fastcgi_temp_path fastcgi;
                  uwsgi_temp_path uwsgi;
                  scgi_temp_path scgi;
                  upstream vendor { server 127.0.0.1:%d; keepalive 512; }
                  server {
                    listen 127.0.0.1:%d;
                    location / {
                      proxy_pass http://vendor;
                      proxy_http_version 1.1;
                      proxy_set_header Connection "";
                      proxy_buffering off;
                      proxy_read_timeout 300s;
                    }
                  }
                }
                """.formatted(vendor.getPort(), port);
    }
}
