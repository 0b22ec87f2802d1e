package dev.millrace.ops.client;

import dev.millrace.access.Secret;
import java.net.URI;

/**
 * Where a running development stack can be reached, and with which keys.
 *
 * @param http public address
 * @param kafka bootstrap servers
 * @param registry address of the schema registry
 * @param management address of health and metrics
 */
public record Endpoints(URI http, String kafka, URI registry, URI management, Secret apiKey, Secret adminKey) {}
