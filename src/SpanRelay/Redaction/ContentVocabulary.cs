using System.Collections.Frozen;

namespace SpanRelay.Redaction;

/// <summary>What one word of a key says about the value.</summary>
[Flags]
internal enum WordMeaning
{
    None = 0,

    /// <summary>Content, anywhere in a key of a generative-AI namespace.</summary>
    Content = 1,

    /// <summary>Content at the end of such a key.</summary>
    ContentAtEnd = 2,

    /// <summary>Holds whatever the application puts there: everything below is content.</summary>
    Container = 4,

    /// <summary>At the end of a key: the value is a number.</summary>
    Count = 8,

    /// <summary>At the end of a key: the value is an identifier.</summary>
    Label = 16,

    /// <summary>The word <c>name</c>.</summary>
    Name = 32,

    /// <summary>Something whose name is not content: <c>agent_name</c>, but not <c>customer_name</c>.</summary>
    Named = 64,

    /// <summary>May stand before a count or label below content: <c>input.token_count</c>, but not <c>input.customer_id</c>.</summary>
    Qualifier = 128,

    /// <summary>Does not change the meaning of the word before it: <c>usage_details</c>.</summary>
    Transparent = 256,

    /// <summary>Puts any key into a generative-AI namespace.</summary>
    Marker = 512,
}

/// <summary>The words that <see cref="ContentWords"/> knows.</summary>
internal static class ContentVocabulary
{
    private static readonly FrozenDictionary<string, WordMeaning> Words = Read(
        (WordMeaning.Content,
        """
        input inputs output outputs prompt prompts completion completions message messages msg content contents query queries question questions answer answers
        argument arguments args instruction instructions template templates document documents transcript transcription reasoning thinking thought thoughts
        explanation rationale justification comment commentary feedback summary description goal backstory history memory memories knowledge context ctx utterance choices choice
        """),
        (WordMeaning.ContentAtEnd,
        """
        request response result results data payload body value values text task tasks object reply tools functions definitions calls schema plan title chunk
        chunks expected example examples demos doc file files embedding embeddings chat note notes sql command cmd script stdout stderr diff patch markdown html sentence caption
        """),
        (WordMeaning.Container, "metadata property properties attributes variables arguments args kwargs params parameters context annotations headers"),
        (WordMeaning.Count,
        """
        token tokens count counts usage cost costs price prices size length bytes duration latency ms seconds time timestamp date rate ratio score scores
        index total percentage temperature dimensions confidence
        """),
        (WordMeaning.Label,
        """
        id ids key type types subtype kind kinds role roles reason reasons model models version versions format provider vendor status language hash sha256 tag tags tier
        fingerprint level severity mode
        """),
        (WordMeaning.Name, "name"),
        (WordMeaning.Named,
        """
        agent workflow tool model trace span session crew team project experiment dataset provider deployment prompt service app application graph node chain
        function component pipeline environment run evaluator guardrail policy rule index collection server client framework sdk vendor gateway organization
        workspace entity operation method template version
        """),
        (WordMeaning.Qualifier, "token finish stop mime media version message tool call function model prompt chunk content start end response system"),
        (WordMeaning.Transparent, "details detail"),
        (WordMeaning.Marker, "llm llms genai prompt prompts completion completions"));

    /// <summary>Two words that name content in any namespace.</summary>
    private static readonly FrozenSet<string> Pairs = FrozenSet.Create(
    [
        .. Pair("chat message messages conversation", "history ctx"),
        .. Pair("tool function", "call calls arguments args input output result response parameters definitions"),
        .. Pair("system user assistant human model llm agent ai bot raw final guardrail task expected crew", "message messages input output request response answer reply text instruction instructions question query result"),
        .. Pair("request response", "data body payload json parameters"),
        .. Pair("all", "messages"), .. Pair("messages", "events"), .. Pair("generated", "text"), .. Pair("formatted", "description"),
    ]);

    /// <summary>Keys of one word that name content.</summary>
    private static readonly FrozenSet<string> Alone = FrozenSet.Create(
        "input", "inputs", "output", "outputs", "question", "questions", "answer", "answers", "messages");

    private static readonly FrozenDictionary<string, WordMeaning>.AlternateLookup<ReadOnlySpan<char>> WordLookup = Words.GetAlternateLookup<ReadOnlySpan<char>>();
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> PairLookup = Pairs.GetAlternateLookup<ReadOnlySpan<char>>();
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> AloneLookup = Alone.GetAlternateLookup<ReadOnlySpan<char>>();

    public static WordMeaning MeaningOf(ReadOnlySpan<char> word) => WordLookup.TryGetValue(word, out var meaning) ? meaning : WordMeaning.None;

    /// <param name="words">In lower case, with a space between.</param>
    public static bool IsPair(ReadOnlySpan<char> words) => PairLookup.Contains(words);

    public static bool IsContentAlone(ReadOnlySpan<char> word) => AloneLookup.Contains(word);

    private static FrozenDictionary<string, WordMeaning> Read(params (WordMeaning Meaning, string Words)[] lists) => lists
        .SelectMany(list => Split(list.Words), (list, word) => (word, list.Meaning))
        .GroupBy(each => each.word, each => each.Meaning)
        .ToFrozenDictionary(word => word.Key, word => word.Aggregate((all, meaning) => all | meaning));

    private static IEnumerable<string> Pair(string first, string second) => Split(first).SelectMany(_ => Split(second), (one, other) => $"{one} {other}");

    private static string[] Split(string words) => words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
