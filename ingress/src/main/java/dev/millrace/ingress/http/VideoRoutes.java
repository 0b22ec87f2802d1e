package dev.millrace.ingress.http;

import dev.millrace.avro.JobStatus;
import dev.millrace.avro.Operation;
import dev.millrace.egress.access.Principal;
import dev.millrace.egress.access.Scope;
import dev.millrace.egress.access.ScopedRouter;
import dev.millrace.egress.delivery.AnswerDelivery;
import dev.millrace.egress.http.ErrorFormat;
import dev.millrace.egress.http.TerminalErrors;
import dev.millrace.egress.log.JobLog;
import dev.millrace.egress.log.JobSnapshot;
import dev.millrace.egress.task.MediaBytes;
import dev.millrace.egress.task.VideoJson;
import dev.millrace.error.ErrorCode;
import dev.millrace.ingress.publish.CancelSink;
import dev.millrace.ingress.publish.Published;
import dev.millrace.job.JobId;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Videos that were asked for: {@code GET /v1/videos}, {@code /v1/videos/:id} and {@code /v1/videos/:id/content}, and {@code DELETE}. A
 * video's id is its job's. A delete stops one that is being made; what is on the log stays for as long as results are kept, and the answer
 * says so.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/videos">Videos</a>
 */
final class VideoRoutes {
    private static final String ROOT = "/v1/videos";
    private static final int MAX_LISTED = 100;

    private final JobLog log;
    private final AnswerDelivery deliveries;
    private final CancelSink cancels;
    private final Answers answers;
    private final Refusals refusals;

    VideoRoutes(JobLog log, AnswerDelivery deliveries, CancelSink cancels, Answers answers) {
        this.log = log;
        this.deliveries = deliveries;
        this.cancels = cancels;
        this.answers = answers;
        this.refusals = new Refusals(answers);
    }

    void mount(ScopedRouter router) {
        router.route(HttpMethod.GET, ROOT, Scope.JOBS_READ).handler(this::list);
        router.route(HttpMethod.GET, ROOT + "/:id", Scope.INFERENCE)
                .handler(context -> withVideo(context, video -> answers.json(context, 200, VideoJson.of(video))));
        router.route(HttpMethod.GET, ROOT + "/:id/content", Scope.INFERENCE)
                .handler(context -> withVideo(context, video -> content(context, video)));
        router.route(HttpMethod.DELETE, ROOT + "/:id", Scope.JOBS_CANCEL)
                .handler(context -> withVideo(context, video -> delete(context, video)));
    }

    private void list(RoutingContext context) {
        var asked = context.queryParam("limit");
        var text = asked.isEmpty() ? "20" : asked.getLast();
        if (!text.matches("[1-9][0-9]?|100")) {
            answers.error(context, ErrorCode.INVALID_REQUEST, "limit: must be 1.." + MAX_LISTED);
            return;
        }
        var _ = log.recent(Principal.of(context).account(), MAX_LISTED)
                .onSuccess(jobs -> {
                    var body = Answers.JSON.createObjectNode().put("object", "list");
                    var data = body.putArray("data");
                    jobs.stream()
                            .filter(job -> job.operation() == Operation.VIDEO)
                            .limit(Integer.parseInt(text))
                            .forEach(job -> data.add(VideoJson.of(job)));
                    body.put("has_more", false);
                    answers.json(context, 200, body);
                })
                .onFailure(failure -> answers.unavailable(context, failure));
    }

    private void withVideo(RoutingContext context, Consumer<JobSnapshot> handler) {
        var id = context.pathParam("id");
        if (!JobId.isValid(id)) {
            answers.error(context, ErrorCode.JOB_NOT_FOUND, "There is no such video.");
            return;
        }
        var _ = log.snapshot(new JobId(id), Principal.of(context).account())
                .onSuccess(handler::accept)
                .onFailure(failure -> answers.unavailable(context, failure));
    }

    private void content(RoutingContext context, JobSnapshot video) {
        var terminal = video.terminal();
        if (terminal == null) {
            answers.retryable(context, ErrorCode.NOT_READY, "The video is not ready yet; ask again.", 2);
        } else if (terminal.getStatus() != JobStatus.COMPLETED) {
            answers.error(context, TerminalErrors.of(terminal));
        } else {
            var address = address(video);
            if (address == null) {
                var account = Principal.of(context).account();
                var _ = deliveries.replay(
                        video.id(), account, context.response(), _ -> new MediaBytes("video/mp4", ErrorFormat.OPENAI));
            } else {
                var _ = context.response()
                        .setStatusCode(302)
                        .putHeader("location", address)
                        .end();
            }
        }
    }

    /** Where the vendor keeps the video; null when its bytes are on the log. */
    private static @Nullable String address(JobSnapshot video) {
        for (var choice : video.reply().choices()) {
            for (var media : choice.media()) {
                if (media.content().getUrl() != null && media.content().getData() == null) {
                    return media.content().getUrl();
                }
            }
        }
        return null;
    }

    private void delete(RoutingContext context, JobSnapshot video) {
        if (video.terminal() != null) {
            deleted(context, video.id(), false);
            return;
        }
        var account = Principal.of(context).account();
        var trace = Tracing.begin(context);
        var _ = cancels.cancel(video.id(), account, "requested", trace).onSuccess(published -> {
            if (published instanceof Published.Acknowledged) {
                deleted(context, video.id(), true);
            } else {
                refusals.answer(context, video.id(), published);
            }
        });
    }

    private void deleted(RoutingContext context, JobId id, boolean deleted) {
        var body = Answers.JSON.createObjectNode().put("id", id.value()).put("object", "video.deleted");
        answers.json(context, 200, body.put("deleted", deleted));
    }
}
