package dev.millrace.router;

import dev.millrace.avro.Announcement;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.InferenceDispatch;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.Verdict;

/** What a dispatch holds. */
final class Orders {
    private Orders() {}

    static AttemptOrder order(InferenceDispatch dispatch) {
        return (AttemptOrder) dispatch.getOrder();
    }

    static boolean isOrder(InferenceDispatch dispatch) {
        return dispatch.getOrder() instanceof AttemptOrder;
    }

    static boolean isEnd(InferenceDispatch dispatch) {
        return dispatch.getOrder() instanceof Announcement announcement && announcement.getRecord() instanceof Terminal;
    }

    static Terminal end(InferenceDispatch dispatch) {
        return (Terminal) ((Announcement) dispatch.getOrder()).getRecord();
    }

    static Verdict verdict(InferenceDispatch dispatch) {
        return (Verdict) ((Announcement) dispatch.getOrder()).getRecord();
    }

    static boolean isInformational(InferenceDispatch dispatch) {
        return ((Announcement) dispatch.getOrder()).getInformational();
    }
}
