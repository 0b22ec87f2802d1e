package dev.millrace.egress.log;

/** Receives the events of one subscription. */
@FunctionalInterface
public interface JobListener {
    /** Called on the Vert.x context that subscribed, one event at a time, in the order of the log. Must not block. */
    void onEvent(JobEvent event);
}
