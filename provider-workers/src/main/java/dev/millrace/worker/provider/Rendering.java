package dev.millrace.worker.provider;

/** What became of an order on its way to the vendor. */
public sealed interface Rendering {
    /** Ready to send. */
    record Rendered(VendorCall call) implements Rendering {}

    /**
     * The vendor has no word for something the order asks for; it is refused rather than dropped in silence.
     *
     * @param param path of the member in the normalized request, such as {@code messages[2].parts[0]}
     * @param message for the client; names what cannot be expressed, holds nothing of its content
     */
    record Inexpressible(String param, String message) implements Rendering {}
}
