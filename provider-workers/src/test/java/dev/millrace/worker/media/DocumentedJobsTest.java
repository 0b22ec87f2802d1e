package dev.millrace.worker.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.MediaKind;
import dev.millrace.avro.Operation;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.ark.ArkAdapter;
import dev.millrace.worker.blackforestlabs.BlackForestLabsAdapter;
import dev.millrace.worker.dashscope.DashScopeAdapter;
import dev.millrace.worker.fal.FalAdapter;
import dev.millrace.worker.luma.LumaAdapter;
import dev.millrace.worker.media.Walk.Answer;
import dev.millrace.worker.minimax.MiniMaxAdapter;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.provider.VendorJob;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Refused;
import dev.millrace.worker.provider.VendorResult.Throttled;
import dev.millrace.worker.provider.VendorResult.Truncated;
import dev.millrace.worker.provider.VendorResult.Unanswered;
import dev.millrace.worker.provider.VendorResult.Unavailable;
import dev.millrace.worker.replicate.ReplicateAdapter;
import dev.millrace.worker.runway.RunwayAdapter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Jobs of vendors of which there is no recording. The replies are written from the examples in each vendor's documentation, as the
 * adapters' own pages name it: they show that the adapter does what the documentation says, not that the vendor does.
 */
class DocumentedJobsTest {
    private static final byte[] PICTURE = {(byte) 0x89, 'P', 'N', 'G', 13, 10};

    private static ProviderAdapter bfl() {
        return new BlackForestLabsAdapter(Walk.provider("black-forest-labs", "https://api.bfl.ai/v1"));
    }

    private static ProviderAdapter luma() {
        return new LumaAdapter(Walk.provider("luma", "https://api.lumalabs.ai/dream-machine/v1"));
    }

    private static ProviderAdapter runway() {
        return new RunwayAdapter(Walk.provider("runway", "https://api.dev.runwayml.com/v1"));
    }

    private static ProviderAdapter fal() {
        return new FalAdapter(Walk.provider("fal", "https://queue.fal.run"));
    }

    private static ProviderAdapter replicate() {
        return new ReplicateAdapter(Walk.provider("replicate", "https://api.replicate.com/v1"));
    }

    private static ProviderAdapter miniMax() {
        return MiniMaxAdapter.of(Walk.provider("minimax", "https://api.minimax.io/v1"));
    }

    private static ProviderAdapter dashScope() {
        return DashScopeAdapter.of(Walk.provider("alibaba", "https://dashscope-intl.aliyuncs.com/compatible-mode/v1"));
    }

    private static ProviderAdapter ark() {
        return ArkAdapter.of(Walk.provider("bytedance", "https://ark.cn-beijing.volces.com/api/v3"));
    }

    private static String body(Walk walk, int call) {
        return walk.calls.get(call).bodyText().replace('"', '\'');
    }

    @Test
    void blackForestLabsPollsAtTheRegionThatAnsweredAndFetchesTheImage() {
        // Given
        var order = Walk.order(
                Operation.IMAGE,
                "flux-pro-1.1",
                List.of(Walk.text("a cat")),
                Map.of("size", "'1024x768'", "seed", "42", "response_format", "'b64_json'"));
        // When
        var walk = Walk.of(
                bfl(),
                order,
                Answer.json(
                        "{'id':'task-1','polling_url':'https://api.eu2.bfl.ai/v1/get_result?id=task-1','cost':4.0}"),
                Answer.json("{'id':'task-1','status':'Pending','result':null,'progress':0.5}"),
                Answer.json("{'id':'task-1','status':'Ready','result':{'sample':"
                        + "'https://delivery-eu2.bfl.ai/results/x/sample.jpeg?sig=abc','prompt':'a cat','seed':42}}"),
                Answer.bytes("image/jpeg", PICTURE));
        // Then
        assertThat(walk.result()).isInstanceOf(Finished.class);
        assertThat(body(walk, 0)).isEqualTo("{'prompt':'a cat','width':1024,'height':768,'seed':42}");
        assertThat(walk.calls.get(1).origin()).isEqualTo(URI.create("https://api.eu2.bfl.ai"));
        assertThat(walk.calls.get(1).path()).isEqualTo("/v1/get_result?id=task-1");
        assertThat(bfl().allowedHosts().mayHaveKey("api.eu2.bfl.ai")).isTrue();
        assertThat(bfl().allowedHosts().mayHaveKey("delivery-eu2.bfl.ai")).isFalse();
        assertThat(walk.calls.get(3).origin()).isEqualTo(URI.create("https://delivery-eu2.bfl.ai"));
        assertThat(walk.bytes(0)).isEqualTo(PICTURE);
        assertThat(walk.media(0).getLast().getLast()).isTrue();
        assertThat(Objects.requireNonNull(walk.usage).getUnits()).containsEntry("images", 1L);
        assertThat(walk.usage.getEstimated()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Request Moderated", "Content Moderated"})
    void blackForestLabsModerationIsARefusal(String status) {
        // When
        var walk = Walk.of(
                bfl(),
                Walk.order(Operation.IMAGE, "flux-dev", List.of(Walk.text("x")), Map.of()),
                Answer.json("{'id':'task-1','polling_url':'https://api.us1.bfl.ai/v1/get_result?id=task-1'}"),
                Answer.json("{'id':'task-1','status':'" + status + "','result':null}"));
        // Then
        assertThat(walk.result())
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.error().code()).isEqualTo(status));
    }

    @Test
    void lumaMakesAVideoBetweenTwoFrames() {
        // Given
        var order = Walk.order(
                Operation.VIDEO,
                "ray-2",
                List.of(
                        Walk.text("a tiger"),
                        Walk.url(MediaKind.IMAGE, "https://example.com/a.jpg", "first_frame"),
                        Walk.url(MediaKind.IMAGE, "https://example.com/b.jpg", "last_frame")),
                Map.of("seconds", "9", "size", "'1280x720'"));
        // When
        var walk = Walk.of(
                luma(),
                order,
                Answer.json(201, "{'id':'g-1','state':'queued','failure_reason':null,'assets':null}"),
                Answer.json("{'id':'g-1','state':'dreaming','assets':null}"),
                Answer.json("{'id':'g-1','state':'completed','assets':{'video':'https://storage.cdn-luma.com/x/v.mp4'},"
                        + "'request':{'duration':'9s'}}"));
        // Then
        assertThat(body(walk, 0))
                .isEqualTo(
                        "{'prompt':'a tiger','model':'ray-2','aspect_ratio':'16:9','resolution':'720p','duration':'9s',"
                                + "'keyframes':{'frame0':{'type':'image','url':'https://example.com/a.jpg'},"
                                + "'frame1':{'type':'image','url':'https://example.com/b.jpg'}}}");
        assertThat(walk.calls.get(1).path()).isEqualTo("/generations/g-1");
        assertThat(Objects.requireNonNull(walk.followUps.getFirst().cancel()).method())
                .isEqualTo("DELETE");
        assertThat(walk.media(0).getFirst().getUrl()).isEqualTo("https://storage.cdn-luma.com/x/v.mp4");
        assertThat(Objects.requireNonNull(walk.usage).getMediaMillis()).isEqualTo(9_000);
    }

    @Test
    void lumaTakesNoImageByValue() {
        var order = Walk.order(
                Operation.VIDEO,
                "ray-2",
                List.of(Walk.text("x"), Walk.data(MediaKind.IMAGE, "image/png", PICTURE)),
                Map.of());
        assertThat(Walk.refusal(luma(), order).param()).isEqualTo("parts[1]");
    }

    @Test
    void runwayAnimatesAnImageAndSaysHowFarItIs() {
        // Given
        var order = Walk.order(
                Operation.VIDEO,
                "gen4_turbo",
                List.of(Walk.text("waves"), Walk.url(MediaKind.IMAGE, "https://example.com/a.jpg", "")),
                Map.of("size", "'1280x720'", "seconds", "5"));
        // When
        var walk = Walk.of(
                runway(),
                order,
                Answer.json("{'id':'17f20503'}"),
                Answer.json("{'id':'17f20503','status':'THROTTLED','createdAt':'2024-06-27T19:49:32Z'}"),
                Answer.json("{'id':'17f20503','status':'RUNNING','progress':0.45}"),
                Answer.json(
                        "{'id':'17f20503','status':'SUCCEEDED','output':['https://dnznrvs05pmza.cloudfront.net/v.mp4?_jwt=x']}"));
        // Then
        assertThat(walk.calls.getFirst().path()).isEqualTo("/image_to_video");
        assertThat(walk.calls.getFirst().headers()).containsEntry("X-Runway-Version", "2024-11-06");
        assertThat(body(walk, 0))
                .isEqualTo("{'model':'gen4_turbo','promptText':'waves','ratio':'1280:720','duration':5,"
                        + "'promptImage':[{'uri':'https://example.com/a.jpg','position':'first'}]}");
        assertThat(walk.deltas.toString()).contains("RUNNING", "45");
        assertThat(walk.media(0).getFirst().getUrl()).startsWith("https://dnznrvs05pmza.cloudfront.net/");
        assertThat(Objects.requireNonNull(walk.usage).getMediaMillis()).isEqualTo(5_000);
    }

    @Test
    void runwaySafetyIsARefusalAndAnInternalFailureIsNot() {
        var order = Walk.order(Operation.VIDEO, "veo3", List.of(Walk.text("x")), Map.of());
        var created = Answer.json("{'id':'t'}");
        var unsafe = Walk.of(
                runway(),
                order,
                created,
                Answer.json("{'id':'t','status':'FAILED','failure':'moderated','failureCode':'SAFETY.INPUT.TEXT'}"));
        var broken = Walk.of(
                runway(),
                order,
                created,
                Answer.json(
                        "{'id':'t','status':'FAILED','failure':'oops','failureCode':'INTERNAL.BAD_OUTPUT.CODE01'}"));
        assertThat(unsafe.result()).isInstanceOf(Refused.class);
        assertThat(broken.result()).isInstanceOf(Unavailable.class);
    }

    @Test
    void falQueuesPollsAndReadsWhatWasMade() {
        // Given
        var order = Walk.order(
                Operation.IMAGE,
                "fal-ai/flux/dev",
                List.of(Walk.text("a cat")),
                Map.of("n", "2", "size", "'512x512'", "guidance_scale", "3.5"));
        // When
        var walk = Walk.of(
                fal(),
                order,
                Answer.json(
                        "{'request_id':'r','response_url':'https://queue.fal.run/fal-ai/flux/requests/r','status_url':"
                                + "'https://queue.fal.run/fal-ai/flux/requests/r/status','cancel_url':"
                                + "'https://queue.fal.run/fal-ai/flux/requests/r/cancel','status':'IN_QUEUE','queue_position':1}"),
                Answer.json(202, "{'status':'IN_PROGRESS','logs':null}"),
                Answer.json("{'status':'COMPLETED','response_url':'https://queue.fal.run/fal-ai/flux/requests/r'}"),
                Answer.json(
                        "{'images':[{'url':'https://v3.fal.media/files/a.png','width':512,'height':512,'content_type':'image/png'},"
                                + "{'url':'https://v3.fal.media/files/b.png','width':512,'height':512,'content_type':'image/png'}],"
                                + "'seed':7,'has_nsfw_concepts':[false,true],'prompt':'a cat'}"));
        // Then
        assertThat(walk.calls.getFirst().path()).isEqualTo("/fal-ai/flux/dev");
        assertThat(body(walk, 0))
                .isEqualTo(
                        "{'prompt':'a cat','num_images':2,'image_size':{'width':512,'height':512},'guidance_scale':3.5}");
        assertThat(Objects.requireNonNull(walk.followUps.getFirst().cancel()).method())
                .isEqualTo("PUT");
        assertThat(walk.media(1).getFirst().getUrl()).isEqualTo("https://v3.fal.media/files/b.png");
        assertThat(walk.deltas.getLast().getExtensions()).containsEntry("has_nsfw_concepts", "true");
        assertThat(Objects.requireNonNull(walk.usage).getUnits()).containsEntry("images", 2L);
    }

    @Test
    void falSaysWhichMemberItRefuses() {
        var walk = Walk.of(
                fal(),
                Walk.order(Operation.IMAGE, "fal-ai/flux/dev", List.of(Walk.text("x")), Map.of()),
                Answer.json(
                        422,
                        "{'detail':[{'loc':['body','prompt'],'msg':'flagged','type':'content_policy_violation'}]}"));
        assertThat(walk.result()).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.error().code()).isEqualTo("content_policy_violation");
            assertThat(refused.error().message()).startsWith("flagged");
        });
    }

    @Test
    void severalResultsAreFetchedOneAfterTheOtherAndRedirectsAreFollowed() {
        // Given
        var order = Walk.order(
                Operation.IMAGE,
                "black-forest-labs/flux-schnell",
                List.of(Walk.text("x")),
                Map.of("n", "2", "response_format", "'b64_json'"));
        byte[] second = {9, 8, 7};
        // When
        var walk = Walk.of(
                replicate(),
                order,
                Answer.json(201, "{'id':'p','status':'processing','urls':{}}"),
                Answer.json(
                        "{'id':'p','status':'succeeded','output':['https://replicate.delivery/a.webp','https://replicate.delivery/b.webp'],"
                                + "'metrics':{'predict_time':0.5}}"),
                Answer.bytes("image/webp", PICTURE),
                new Answer(302, Map.of("location", "/moved/b.webp"), new byte[0]),
                Answer.bytes("image/webp", second));
        // Then
        assertThat(walk.result()).isInstanceOf(Finished.class);
        assertThat(walk.bytes(0)).isEqualTo(PICTURE);
        assertThat(walk.bytes(1)).isEqualTo(second);
        assertThat(walk.calls.getLast().path()).isEqualTo("/moved/b.webp");
        assertThat(walk.calls.getLast().origin()).isEqualTo(URI.create("https://replicate.delivery"));
    }

    @Test
    void aResultThatIsGoneIsNotPaidForASecondTime() {
        var walk = Walk.of(
                replicate(),
                Walk.order(Operation.IMAGE, "a/b", List.of(Walk.text("x")), Map.of("response_format", "'b64_json'")),
                Answer.json(201, "{'id':'p','status':'succeeded','output':'https://replicate.delivery/a.png'}"),
                new Answer(403, Map.of(), new byte[0]));
        assertThat(walk.result()).isInstanceOf(Unanswered.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"failed", "canceled", "aborted"})
    void aPredictionThatFailedIsAFailure(String status) {
        var walk = Walk.of(
                replicate(),
                Walk.order(Operation.RUN, "a/b", List.of(), Map.of("input", "{'prompt':'x'}")),
                Answer.json(201, "{'id':'p','status':'starting'}"),
                Answer.json("{'id':'p','status':'" + status + "','error':'out of memory'}"));
        assertThat(body(walk, 0)).isEqualTo("{'input':{'prompt':'x'}}");
        assertThat(walk.result()).isInstanceOf(Unavailable.class);
    }

    @Test
    void replicateSaysThatItIsThrottledOrUnpaid() {
        var order = Walk.order(Operation.RUN, "a/b", List.of(), Map.of("input", "{'input':{}}"));
        var throttled = Walk.of(
                replicate(),
                order,
                new Answer(
                        429,
                        Map.of("retry-after", "7"),
                        "{\"detail\":\"Request was throttled.\",\"status\":429}".getBytes(StandardCharsets.UTF_8)));
        var unpaid = Walk.of(
                replicate(),
                order,
                Answer.json(
                        402, "{'title':'Insufficient credit','detail':'You have insufficient credit','status':402}"));
        assertThat(throttled.result())
                .isInstanceOfSatisfying(
                        Throttled.class,
                        result -> assertThat(result.retryAfterMillis()).isEqualTo(7_000L));
        assertThat(unpaid.result())
                .isInstanceOfSatisfying(
                        Refused.class,
                        result -> assertThat(result.error().message()).isEqualTo("You have insufficient credit"));
    }

    @Test
    void aJobIsTakenUpWhereAnotherWorkerLeftIt() {
        // Given
        var order = Walk.order(Operation.VIDEO, "ray-2", List.of(Walk.text("x")), Map.of());
        var begun = Walk.of(luma(), order, Answer.json(201, "{'id':'g-1','state':'queued'}"));
        var job = Objects.requireNonNull(VendorJob.in(begun.deltas));
        // When
        var left = Objects.requireNonNull(luma().resume(order, 1, job));
        var walk = Walk.from(
                left,
                Answer.json(
                        "{'id':'g-1','state':'completed','assets':{'video':'https://storage.cdn-luma.com/v.mp4'}}"));
        // Then
        assertThat(left.call().path()).isEqualTo("/generations/g-1");
        assertThat(walk.result()).isInstanceOf(Finished.class);
        assertThat(walk.media(0)).hasSize(1);
    }

    @Test
    void miniMaxAsksForTheFileOfAFinishedVideo() {
        // When
        var walk = Walk.of(
                miniMax(),
                Walk.order(
                        Operation.VIDEO,
                        "MiniMax-Hailuo-02",
                        List.of(
                                Walk.text("a mouse"),
                                Walk.url(MediaKind.IMAGE, "https://example.com/a.jpg", "first_frame")),
                        Map.of("seconds", "6", "resolution", "'1080P'")),
                Answer.json("{'task_id':'106916112212032','base_resp':{'status_code':0,'status_msg':'success'}}"),
                Answer.json("{'task_id':'106916112212032','status':'Processing','base_resp':{'status_code':0}}"),
                Answer.json(
                        "{'task_id':'106916112212032','status':'Success','file_id':'205258526306433','base_resp':{'status_code':0}}"),
                Answer.json(
                        "{'file':{'file_id':205258526306433,'download_url':'https://public-cdn.minimax.io/v.mp4'},'base_resp':{'status_code':0}}"));
        // Then
        assertThat(body(walk, 0))
                .isEqualTo("{'model':'MiniMax-Hailuo-02','prompt':'a mouse','duration':6,"
                        + "'first_frame_image':'https://example.com/a.jpg','resolution':'1080P'}");
        assertThat(walk.calls.get(1).path()).isEqualTo("/query/video_generation?task_id=106916112212032");
        assertThat(walk.calls.get(3).path()).isEqualTo("/files/retrieve?file_id=205258526306433");
        assertThat(walk.media(0).getFirst().getUrl()).isEqualTo("https://public-cdn.minimax.io/v.mp4");
        assertThat(Objects.requireNonNull(walk.usage).getMediaMillis()).isEqualTo(6_000);
    }

    @Test
    void miniMaxSpeaksInHexadecimalAndFailsWithStatus200() {
        var order = Walk.order(
                Operation.SPEECH,
                "speech-2.6-hd",
                List.of(Walk.text("Hello")),
                Map.of("voice", "'male-qn'", "speed", "1.5", "response_format", "'wav'"));
        var spoken = Walk.of(
                miniMax(),
                order,
                Answer.json(
                        "{'data':{'audio':'01020aff','status':2},'extra_info':{'audio_length':1250,'audio_format':'wav',"
                                + "'usage_characters':5},'trace_id':'t','base_resp':{'status_code':0,'status_msg':'success'}}"));
        var throttled =
                Walk.of(miniMax(), order, Answer.json("{'base_resp':{'status_code':1002,'status_msg':'rate limit'}}"));
        var blocked =
                Walk.of(miniMax(), order, Answer.json("{'base_resp':{'status_code':1026,'status_msg':'sensitive'}}"));
        assertThat(spoken.bytes(0)).isEqualTo(new byte[] {1, 2, 10, (byte) 0xff});
        assertThat(Objects.requireNonNull(spoken.usage).getUnits()).containsEntry("characters", 5L);
        assertThat(spoken.usage.getEstimated()).isFalse();
        assertThat(throttled.result()).isInstanceOf(Throttled.class);
        assertThat(blocked.result()).isInstanceOf(Refused.class);
    }

    @Test
    void miniMaxStreamsSpeechUntilTheEventThatSaysSo() {
        // Given
        var order = Walk.order(
                Operation.SPEECH, "speech-2.6-turbo", List.of(Walk.text("Hello")), Map.of("response_format", "'mp3'"));
        var first =
                "data: {\"data\":{\"audio\":\"0102\",\"status\":1},\"trace_id\":\"t\",\"base_resp\":{\"status_code\":0}}\n\n";
        var second = "data: {\"data\":{\"audio\":\"0a\",\"status\":1},\"base_resp\":{\"status_code\":0}}\n\n";
        var last = "data: {\"data\":{\"status\":2},\"extra_info\":{\"usage_characters\":5,\"audio_length\":800},"
                + "\"trace_id\":\"t\",\"base_resp\":{\"status_code\":0}}\n\n";
        // When
        var whole = Walk.of(miniMax(), order, events(first + second + last));
        var cut = Walk.of(miniMax(), order, events(first + second));
        var failed = Walk.of(
                miniMax(),
                order,
                events(first + "data: {\"base_resp\":{\"status_code\":1002,\"status_msg\":\"rate limit\"}}\n\n"));
        // Then
        assertThat(body(whole, 0))
                .endsWith("'audio_setting':{'format':'mp3'},'output_format':'hex','stream':true,"
                        + "'stream_options':{'exclude_aggregated_audio':true}}");
        assertThat(whole.result()).isInstanceOf(Finished.class);
        assertThat(whole.bytes(0)).isEqualTo(new byte[] {1, 2, 10});
        assertThat(whole.media(0)).hasSize(3);
        assertThat(Objects.requireNonNull(whole.usage).getMediaMillis()).isEqualTo(800);
        assertThat(cut.result()).isInstanceOf(Truncated.class);
        assertThat(failed.result()).isInstanceOf(Throttled.class);
    }

    private static Answer events(String text) {
        return Answer.bytes("text/event-stream", text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void dashScopeMakesImagesInATaskOfItsOwnDialectOnTheSameHost() {
        // When
        var walk = Walk.of(
                dashScope(),
                Walk.order(
                        Operation.IMAGE,
                        "wan2.2-t2i-flash",
                        List.of(Walk.text("a shop")),
                        Map.of("size", "'1024x1024'", "n", "2", "negative_prompt", "'people'")),
                Answer.json("{'output':{'task_status':'PENDING','task_id':'0385dc79'},'request_id':'4909100c'}"),
                Answer.json("{'request_id':'r','output':{'task_id':'0385dc79','task_status':'RUNNING'}}"),
                Answer.json(
                        "{'request_id':'r','output':{'task_id':'0385dc79','task_status':'SUCCEEDED','results':["
                                + "{'orig_prompt':'a shop','actual_prompt':'a nice shop','url':'https://dashscope-result-sgp.oss-ap-southeast-1.aliyuncs.com/1.png'},"
                                + "{'code':'InternalError.Timeout','message':'An internal timeout error'}]},'usage':{'image_count':1}}"));
        // Then
        var call = walk.calls.getFirst();
        assertThat(call.origin() + call.path())
                .isEqualTo("https://dashscope-intl.aliyuncs.com/api/v1/services/aigc/text2image/image-synthesis");
        assertThat(call.headers()).containsEntry("X-DashScope-Async", "enable");
        assertThat(body(walk, 0))
                .isEqualTo("{'model':'wan2.2-t2i-flash','input':{'prompt':'a shop','negative_prompt':'people'},"
                        + "'parameters':{'size':'1024*1024','n':2}}");
        assertThat(walk.calls.get(1).path()).isEqualTo("/api/v1/tasks/0385dc79");
        assertThat(walk.media(0).getFirst().getUrl()).endsWith("/1.png");
        assertThat(walk.deltas.getLast().getExtensions()).containsEntry("revised_prompt", "\"a nice shop\"");
        assertThat(Objects.requireNonNull(walk.usage).getUnits()).containsEntry("images", 1L);
        assertThat(walk.usage.getEstimated()).isFalse();
    }

    @Test
    void dashScopeInspectionIsARefusal() {
        var walk = Walk.of(
                dashScope(),
                Walk.order(Operation.VIDEO, "wan2.5-t2v-preview", List.of(Walk.text("x")), Map.of()),
                Answer.json("{'output':{'task_status':'PENDING','task_id':'t'},'request_id':'r'}"),
                Answer.json(
                        "{'request_id':'r','output':{'task_id':'t','task_status':'FAILED','code':'DataInspectionFailed','message':'inappropriate'}}"));
        assertThat(walk.result()).isInstanceOf(Refused.class);
    }

    @Test
    void arkMakesAVideoAndCountsItsTokens() {
        // When
        var walk = Walk.of(
                ark(),
                Walk.order(
                        Operation.VIDEO,
                        "doubao-seedance-1-0-pro-250528",
                        List.of(
                                Walk.text("a girl"),
                                Walk.url(MediaKind.IMAGE, "https://example.com/a.png", "first_frame")),
                        Map.of("seconds", "5", "aspect_ratio", "'16:9'", "resolution", "'720p'")),
                Answer.json("{'id':'cgt-2025'}"),
                Answer.json("{'id':'cgt-2025','model':'doubao-seedance-1-0-pro-250528','status':'running'}"),
                Answer.json(
                        "{'id':'cgt-2025','status':'succeeded','content':{'video_url':'https://ark-content.tos-cn-beijing.volces.com/v.mp4'},"
                                + "'usage':{'completion_tokens':246840,'total_tokens':246840},'seed':10,'duration':5}"));
        // Then
        assertThat(body(walk, 0))
                .isEqualTo("{'model':'doubao-seedance-1-0-pro-250528','content':[{'type':'text','text':'a girl'},"
                        + "{'type':'image_url','image_url':{'url':'https://example.com/a.png'},'role':'first_frame'}],"
                        + "'ratio':'16:9','duration':5,'resolution':'720p'}");
        assertThat(walk.calls.get(1).path()).isEqualTo("/contents/generations/tasks/cgt-2025");
        assertThat(Objects.requireNonNull(walk.usage).getOutputTokens()).isEqualTo(246_840);
        assertThat(walk.usage.getMediaMillis()).isEqualTo(5_000);
        assertThat(walk.media(0)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{}", "null", "{'id':7,'status':{},'task_id':[],'output':3}", "'x'"})
    void nonsenseIsMalformedAndNeverAnException(String nonsense) {
        for (var adapter : List.of(bfl(), luma(), runway(), fal(), replicate(), miniMax(), dashScope(), ark())) {
            var order = Walk.order(Operation.VIDEO, "m", List.of(Walk.text("x")), Map.of());
            var image = Walk.order(Operation.IMAGE, "m", List.of(Walk.text("x")), Map.of());
            var walk =
                    Walk.of(adapter, adapter instanceof BlackForestLabsAdapter ? image : order, Answer.json(nonsense));
            assertThat(walk.result()).isInstanceOf(Malformed.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"file:///etc/passwd", "gopher://example.com/x", "https://user:pass@example.com/x", "/etc/passwd"
            })
    void anAddressThatIsNoneOfTheWebIsNotPassedOn(String address) {
        var walk = Walk.of(
                fal(),
                Walk.order(Operation.IMAGE, "fal-ai/flux/dev", List.of(Walk.text("x")), Map.of()),
                Answer.json("{'status_url':'https://queue.fal.run/s','response_url':'https://queue.fal.run/r'}"),
                Answer.json("{'status':'COMPLETED'}"),
                Answer.json("{'images':[{'url':'" + address + "'}]}"));
        assertThat(walk.result()).isInstanceOf(Malformed.class);
    }

    @Test
    void aCatalogueMayNameFurtherHosts() {
        var plain = Walk.provider("luma", "https://api.lumalabs.ai/dream-machine/v1");
        var provider = new Provider(
                plain.id(),
                plain.adapter(),
                plain.baseUrl(),
                plain.pool(),
                null,
                false,
                Map.of(),
                Map.of("download-hosts", "cdn.example.com"),
                8,
                true,
                null);
        assertThat(new LumaAdapter(provider).allowedHosts().allows("cdn.example.com"))
                .isTrue();
        assertThat(new LumaAdapter(provider).allowedHosts().allows("evil.example.com"))
                .isFalse();
    }
}
