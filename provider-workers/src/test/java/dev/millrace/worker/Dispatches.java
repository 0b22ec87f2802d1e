package dev.millrace.worker;

import dev.millrace.avro.Announcement;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Delivery;
import dev.millrace.avro.InferenceDispatch;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.Lane;
import dev.millrace.avro.Message;
import dev.millrace.avro.OnDisconnect;
import dev.millrace.avro.Part;
import dev.millrace.avro.TextPart;
import dev.millrace.worker.intake.Work;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Orders for tests. */
public final class Dispatches {
    public static final TopicPartition PARTITION = new TopicPartition("inference-dispatch-default-interactive", 0);

    private Dispatches() {}

    public static ChatInput.Builder chat(String text) {
        var part = Part.newBuilder().setContent(new TextPart(text)).build();
        return ChatInput.newBuilder()
                .setMessages(List.of(Message.newBuilder()
                        .setRole("user")
                        .setParts(List.of(part))
                        .build()));
    }

    public static AttemptOrder.Builder order(String provider, String vendorModel, ChatInput chat) {
        return AttemptOrder.newBuilder()
                .setProvider(provider)
                .setModel(provider + "/" + vendorModel)
                .setVendorModel(vendorModel)
                .setDeadlineAtMillis(System.currentTimeMillis() + 60_000)
                .setPriceNanosPerMillion(Map.of("input", 1_000_000L, "output", 2_000_000L))
                .setRequest(InferenceRequest.newBuilder()
                        .setAccount("acme")
                        .setModel(provider + "/" + vendorModel)
                        .setCreatedAtMillis(System.currentTimeMillis())
                        .setDelivery(new Delivery(true, true, false, OnDisconnect.FINISH))
                        .setInput(chat)
                        .build());
    }

    /** An order for the scripted vendor; {@code local} is its JSON member, or empty. */
    public static AttemptOrder local(String vendorModel, String text, String local) {
        var chat = chat(text);
        if (!local.isEmpty()) {
            chat.setExtensions(Map.of("local", local));
        }
        return order("local", vendorModel, chat.build()).build();
    }

    public static InferenceDispatch dispatch(String jobId, String account, int attempt, Object order) {
        return InferenceDispatch.newBuilder()
                .setJobId(jobId)
                .setAccount(account)
                .setAttempt(attempt)
                .setOrder(order instanceof AttemptOrder || order instanceof Announcement ? order : null)
                .setCreatedAtMillis(System.currentTimeMillis())
                .setTraceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .build();
    }

    public static Work work(long offset, Lane lane, InferenceDispatch dispatch) {
        return new Work(PARTITION, offset, lane, 5, false, dispatch);
    }
}
