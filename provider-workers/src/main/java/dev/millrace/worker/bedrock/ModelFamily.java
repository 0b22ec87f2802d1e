package dev.millrace.worker.bedrock;

import java.util.regex.Pattern;

/** Whose model it is, as its name on Bedrock says: what Converse has no word for, each maker says in its own. */
enum ModelFamily {
    ANTHROPIC,
    NOVA,
    OPENAI,
    COHERE,
    MISTRAL,
    OTHER;

    /** Claude's major version and, when it is no date, the minor one. */
    private static final Pattern CLAUDE =
            Pattern.compile("claude-(?:[a-z]+-)?([0-9]{1,2})(?:[-.]([0-9]{1,2})(?![0-9]))?");

    static ModelFamily of(String vendorModel) {
        if (vendorModel.contains("anthropic.")) {
            return ANTHROPIC;
        } else if (vendorModel.contains("amazon.nova")) {
            return NOVA;
        } else if (vendorModel.contains("openai.")) {
            return OPENAI;
        } else if (vendorModel.contains("cohere.")) {
            return COHERE;
        }
        return vendorModel.contains("mistral.") ? MISTRAL : OTHER;
    }

    /** Whether a model of Anthropic's decides by itself how long to think and takes an effort: those since Claude 4.6. */
    static boolean thinksAdaptively(String vendorModel) {
        var version = CLAUDE.matcher(vendorModel);
        if (!version.find()) {
            return false;
        }
        int minor = version.group(2) == null ? 0 : Integer.parseInt(version.group(2));
        return Integer.parseInt(version.group(1)) * 100 + minor >= 406;
    }
}
