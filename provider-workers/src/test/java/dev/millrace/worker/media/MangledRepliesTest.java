package dev.millrace.worker.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.Operation;
import dev.millrace.worker.ark.ArkAdapter;
import dev.millrace.worker.blackforestlabs.BlackForestLabsAdapter;
import dev.millrace.worker.dashscope.DashScopeAdapter;
import dev.millrace.worker.deepgram.DeepgramAdapter;
import dev.millrace.worker.fal.FalAdapter;
import dev.millrace.worker.gladia.GladiaAdapter;
import dev.millrace.worker.luma.LumaAdapter;
import dev.millrace.worker.media.Walk.Answer;
import dev.millrace.worker.minimax.MiniMaxAdapter;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.replicate.ReplicateAdapter;
import dev.millrace.worker.runway.RunwayAdapter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Replies whose members are missing, of another type, or somewhere else lead to a result or a next call, never to an exception. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MangledRepliesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int VARIANTS = 400;

    record Job(String name, ProviderAdapter adapter, AttemptOrder order, List<String> replies) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static AttemptOrder order(Operation operation, String model) {
        return switch (operation) {
            case TRANSCRIPTION ->
                Walk.order(
                        operation,
                        model,
                        List.of(Walk.url(MediaKind.AUDIO, "https://example.com/a.mp3", "")),
                        Map.of());
            case RUN -> Walk.order(operation, model, List.of(), Map.of("input", "{'a':1}"));
            default -> Walk.order(operation, model, List.of(Walk.text("x")), Map.of());
        };
    }

    Stream<Job> jobs() {
        return Stream.of(
                new Job(
                        "bfl",
                        new BlackForestLabsAdapter(Walk.provider("bfl", "https://api.bfl.ai/v1")),
                        order(Operation.IMAGE, "flux-dev"),
                        List.of(
                                "{'id':'t','polling_url':'https://api.us1.bfl.ai/v1/get_result?id=t','cost':1}",
                                "{'id':'t','status':'Ready','progress':0.5,'result':{'sample':'https://delivery.bfl.ai/a.png','seed':1}}")),
                new Job(
                        "luma",
                        new LumaAdapter(Walk.provider("luma", "https://api.lumalabs.ai/dream-machine/v1")),
                        order(Operation.VIDEO, "ray-2"),
                        List.of(
                                "{'id':'g','state':'queued'}",
                                "{'id':'g','state':'completed','assets':{'video':'https://a.cdn-luma.com/v.mp4'},'request':{'duration':'5s'}}")),
                new Job(
                        "runway",
                        new RunwayAdapter(Walk.provider("runway", "https://api.dev.runwayml.com/v1")),
                        order(Operation.VIDEO, "veo3"),
                        List.of(
                                "{'id':'t'}",
                                "{'id':'t','status':'SUCCEEDED','progress':1,'output':['https://x.cloudfront.net/v.mp4'],'failureCode':'A'}")),
                new Job(
                        "fal",
                        new FalAdapter(Walk.provider("fal", "https://queue.fal.run")),
                        order(Operation.IMAGE, "fal-ai/flux/dev"),
                        List.of(
                                "{'request_id':'r','status':'IN_QUEUE','status_url':'https://queue.fal.run/s','response_url':'https://queue.fal.run/r'}",
                                "{'status':'COMPLETED'}",
                                "{'images':[{'url':'https://v3.fal.media/a.png','width':1,'content_type':'image/png'}],'has_nsfw_concepts':[true],'timings':{'inference':1}}")),
                new Job(
                        "fal transcription",
                        new FalAdapter(Walk.provider("fal", "https://queue.fal.run")),
                        order(Operation.TRANSCRIPTION, "fal-ai/wizper"),
                        List.of(
                                "{'request_id':'r','status':'IN_QUEUE','status_url':'https://queue.fal.run/s','response_url':'https://queue.fal.run/r'}",
                                "{'text':'a b','chunks':[{'timestamp':[0,1.5],'text':'a b'}],'languages':['en']}")),
                new Job(
                        "gladia",
                        new GladiaAdapter(Walk.provider("gladia", "https://api.gladia.io/v2")),
                        order(Operation.TRANSCRIPTION, "solaria-1"),
                        List.of(
                                "{'id':'j','result_url':'https://api.gladia.io/v2/pre-recorded/j'}",
                                "{'id':'j','status':'done','file':{'audio_duration':2},'result':{'metadata':{'billing_time':2},'transcription':"
                                        + "{'full_transcript':'a','languages':['en'],'utterances':[{'text':'a','start':0,'end':1,'words':[{'word':'a','start':0,'end':1}]}]}}}")),
                new Job(
                        "deepgram",
                        new DeepgramAdapter(Walk.provider("deepgram", "https://api.deepgram.com/v1")),
                        order(Operation.TRANSCRIPTION, "nova-3"),
                        List.of(
                                "{'metadata':{'duration':2,'request_id':'r'},'results':{'channels':[{'alternatives':[{'transcript':'a','words':"
                                        + "[{'word':'a','start':0,'end':1,'speaker':0}]}]}],'utterances':[{'transcript':'a','start':0,'end':1}]}}")),
                new Job(
                        "replicate",
                        new ReplicateAdapter(Walk.provider("replicate", "https://api.replicate.com/v1")),
                        order(Operation.TRANSCRIPTION, "o/n"),
                        List.of(
                                "{'id':'p','status':'starting','urls':{'get':'https://api.replicate.com/v1/predictions/p'}}",
                                "{'id':'p','status':'succeeded','output':{'transcription':'a','segments':[{'start':0,'end':1,'text':'a'}],'detected_language':'en'},"
                                        + "'metrics':{'predict_time':1}}")),
                new Job(
                        "minimax",
                        MiniMaxAdapter.of(Walk.provider("minimax", "https://api.minimax.io/v1")),
                        order(Operation.VIDEO, "MiniMax-Hailuo-02"),
                        List.of(
                                "{'task_id':'1','base_resp':{'status_code':0}}",
                                "{'status':'Success','file_id':'2','base_resp':{'status_code':0,'status_msg':'success'}}",
                                "{'file':{'download_url':'https://a.minimax.io/v.mp4'},'base_resp':{'status_code':0}}")),
                new Job(
                        "minimax run",
                        MiniMaxAdapter.of(Walk.provider("minimax", "https://api.minimax.io/v1")),
                        order(Operation.RUN, "music-2.0"),
                        List.of(
                                "{'data':{'audio':'0102','status':2,'image_urls':['https://a/b.png']},'extra_info':{'audio_length':5,'audio_format':'mp3'},'base_resp':{'status_code':0}}")),
                new Job(
                        "dashscope",
                        DashScopeAdapter.of(
                                Walk.provider("alibaba", "https://dashscope-intl.aliyuncs.com/compatible-mode/v1")),
                        order(Operation.IMAGE, "wan2.2-t2i-flash"),
                        List.of(
                                "{'output':{'task_status':'PENDING','task_id':'t'},'request_id':'r'}",
                                "{'output':{'task_id':'t','task_status':'SUCCEEDED','results':[{'url':'https://a.aliyuncs.com/1.png','actual_prompt':'p'}],"
                                        + "'choices':null},'usage':{'image_count':1}}")),
                new Job(
                        "ark",
                        ArkAdapter.of(Walk.provider("bytedance", "https://ark.cn-beijing.volces.com/api/v3")),
                        order(Operation.VIDEO, "doubao-seedance-1-0-pro-250528"),
                        List.of(
                                "{'id':'c'}",
                                "{'id':'c','status':'succeeded','content':{'video_url':'https://a.volces.com/v.mp4'},'usage':{'completion_tokens':5},'duration':5}")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("jobs")
    void everyMangledReplyComesToSomething(Job job) throws JsonProcessingException {
        for (long seed = 1; seed <= VARIANTS; seed++) {
            // Given
            var random = new SplittableRandom(seed);
            int mangled = random.nextInt(job.replies().size());
            var answers = new ArrayList<Answer>();
            for (int i = 0; i < job.replies().size(); i++) {
                var tree = JSON.readTree(job.replies().get(i).replace('\'', '"'));
                var text = (i == mangled ? mangle(tree, random) : tree).toString();
                answers.add(new Answer(
                        200, Map.of("content-type", "application/json"), text.getBytes(StandardCharsets.UTF_8)));
            }
            // When
            var walk = Walk.of(job.adapter(), job.order(), answers.toArray(Answer[]::new));
            // Then
            assertThat(walk.result != null || !walk.followUps.isEmpty())
                    .as("seed %d", seed)
                    .isTrue();
        }
    }

    private static JsonNode mangle(JsonNode node, SplittableRandom random) {
        JsonNode copy = node.deepCopy();
        for (int times = random.nextInt(1, 4); times > 0; times--) {
            var place = copy;
            while (place.isContainerNode() && !place.isEmpty() && random.nextInt(4) > 0) {
                var inner = child(place, random);
                if (!inner.isContainerNode()) {
                    break;
                }
                place = inner;
            }
            spoil(place, random);
        }
        return random.nextInt(20) == 0 ? junk(random) : copy;
    }

    private static JsonNode child(JsonNode place, SplittableRandom random) {
        int wanted = random.nextInt(place.size());
        for (var inner : place) {
            if (wanted-- == 0) {
                return inner;
            }
        }
        return place;
    }

    private static void spoil(JsonNode place, SplittableRandom random) {
        if (place instanceof ObjectNode object && !object.isEmpty()) {
            var names = new ArrayList<String>();
            object.fieldNames().forEachRemaining(names::add);
            var name = names.get(random.nextInt(names.size()));
            if (random.nextInt(3) == 0) {
                object.remove(name);
            } else {
                object.set(name, junk(random));
            }
        } else if (place instanceof ArrayNode array) {
            array.add(junk(random));
        }
    }

    private static JsonNode junk(SplittableRandom random) {
        var nodes = JsonNodeFactory.instance;
        return switch (random.nextInt(9)) {
            case 0 -> nodes.nullNode();
            case 1 -> nodes.numberNode(-1);
            case 2 -> nodes.numberNode(1e300);
            case 3 -> nodes.textNode("");
            case 4 -> nodes.textNode("https://[::bad");
            case 5 -> nodes.textNode("data:image/png;base64,%%%");
            case 6 -> nodes.arrayNode().add(nodes.nullNode());
            case 7 -> nodes.objectNode().put("url", "file:///etc/passwd");
            default -> nodes.booleanNode(true);
        };
    }
}
