package dev.millrace.dialect;

/**
 * What the Responses dialect leaves beside content, in requests and in results.
 *
 * <p>In results, items without a common word travel as {@link dev.millrace.avro.ItemDelta} of dialect {@value #DIALECT}: the type is the
 * event's ({@code response.web_search_call.searching}, {@code response.output_item.done}), the JSON the event without its number.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/responses">OpenAI, Responses</a>
 */
public final class ResponsesMarks {
    /** Name of the dialect in records. */
    public static final String DIALECT = "openai-responses";

    /** Stands before the name of a member that only hints: {@code openai-responses.include}. */
    public static final String PREFIX = DIALECT + ".";

    /**
     * On the first piece of an item: a JSON object with the members of the item that are not content ({@code id}, {@code phase},
     * {@code caller}, a status that is none of the usual ones).
     */
    public static final String ITEM = PREFIX + "item";

    /** On the last piece of an item: a JSON object with the members that were added or changed since the first. */
    public static final String DONE = PREFIX + "done";

    /** On the first piece of each content or summary part of an item but the first: the part's number. */
    public static final String PART = PREFIX + "part";

    /** On the finish: the response's status where the reason alone does not tell it. */
    public static final String STATUS = PREFIX + "status";

    /** On a message of a request that came as {@code instructions}. */
    public static final String INSTRUCTIONS = PREFIX + "instructions";

    private ResponsesMarks() {}
}
