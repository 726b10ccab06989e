namespace SpanRelay.Redaction;

/// <summary>
/// Judges a key by its words: <c>x.user_prompt</c> is content and <c>x.prompt_tokens</c> is a count, in any namespace. Dots,
/// colons, slashes and brackets separate the parts of a key; hyphens, underscores and case separate words. Parts that are numbers
/// are list positions.
/// </summary>
internal ref struct ContentWords
{
    // Longer words are unknown.
    private const int LongestWord = 24;

    // The previous word, a space, and the current word.
    private readonly Span<char> _letters;
    private int _wordStart;
    private int _wordEnd;

    private WordMeaning _above;
    private WordMeaning _here;
    private WordMeaning _first;
    private WordMeaning _last;
    private WordMeaning _beforeLast;
    private int _words;
    private int _parts;
    private bool _hasPair;

    private ContentWords(Span<char> letters) => _letters = letters;

    /// <param name="key">An attribute's key, or a member's path.</param>
    /// <param name="isInNamespace">It belongs to a generative-AI namespace.</param>
    public static ContentVerdict Judge(ReadOnlySpan<byte> key, bool isInNamespace)
    {
        var words = new ContentWords(stackalloc char[(2 * LongestWord) + 2]);
        while (!key.IsEmpty)
        {
            var length = key.IndexOfAny(".:/[]"u8);
            words.ReadPart(length < 0 ? key : key[..length]);
            key = length < 0 ? [] : key[(length + 1)..];
        }

        return words.Judge(isInNamespace);
    }

    private void ReadPart(ReadOnlySpan<byte> part)
    {
        if (!part.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return;

        _parts++;
        _above |= _here;
        (_here, _first, _last, _beforeLast, _words, _wordStart, _wordEnd) = (default, default, default, default, 0, 0, 0);
        for (var i = 0; i < part.Length; i++)
        {
            if (StartsWord(part, i))
                EndWord();
            if (char.IsAsciiLetterOrDigit((char)part[i]))
                Add((char)KeyPattern.Lower(part[i]));
        }

        EndWord();
    }

    private void Add(char letter)
    {
        if (_wordEnd - _wordStart <= LongestWord)
            _letters[_wordEnd++] = letter;
    }

    private void EndWord()
    {
        if (_wordEnd == _wordStart)
            return;

        var meaning = ContentVocabulary.MeaningOf(_letters[_wordStart.._wordEnd]);
        if (_wordStart > 0 && ContentVocabulary.IsPair(_letters[.._wordEnd]))
            (_hasPair, meaning) = (true, meaning | WordMeaning.Content);
        _first = _words++ == 0 ? meaning : _first;
        (_beforeLast, _last) = (_last, meaning);
        _here |= meaning;

        _letters[_wordStart.._wordEnd].CopyTo(_letters);
        _wordEnd -= _wordStart;
        if (_wordEnd > LongestWord)
            _wordEnd = 0;
        else
            _letters[_wordEnd++] = ' ';
        _wordStart = _wordEnd;
    }

    private readonly ContentVerdict Judge(bool isInNamespace)
    {
        var isAlone = _parts == 1 && _words == 1 && ContentVocabulary.IsContentAlone(_letters[..Math.Max(0, _wordStart - 1)]);
        if (!isInNamespace && !_hasPair && !isAlone && ((_above | _here) & WordMeaning.Marker) == 0)
            return ContentVerdict.Metadata;
        if ((_above & WordMeaning.Container) != 0)
            return new(Rule.Content, KeptValues.None);

        var kept = KeptByLast();
        if ((_above & WordMeaning.Content) != 0)
            return new(Rule.Content, _words == 1 || (_first & WordMeaning.Qualifier) != 0 ? kept ?? KeptValues.Numbers : KeptValues.Numbers);
        if ((_here & (WordMeaning.Content | WordMeaning.Container)) != 0 || (_last & WordMeaning.ContentAtEnd) != 0)
            return new(Rule.Content, kept ?? KeptValues.Numbers);
        return new(Rule.ContentUnknown, kept ?? KeptValues.Identifiers);
    }

    /// <returns>Null when the last word says nothing.</returns>
    private readonly KeptValues? KeptByLast()
    {
        var last = (_last & WordMeaning.Transparent) != 0 ? _beforeLast : _last;
        if ((last & WordMeaning.Name) != 0 && (_words == 1 || (_beforeLast & WordMeaning.Named) != 0))
            return KeptValues.Names;
        return (last & WordMeaning.Count) != 0 ? KeptValues.Counts : (last & WordMeaning.Label) != 0 ? KeptValues.Labels : null;
    }

    /// <summary>After a separator, or where the case changes: at the C of toolCalls and of HTTPCalls.</summary>
    private static bool StartsWord(ReadOnlySpan<byte> part, int at)
    {
        if (!char.IsAsciiLetterOrDigit((char)part[at]))
            return true;
        if (at == 0 || !char.IsAsciiLetterUpper((char)part[at]))
            return false;
        return !char.IsAsciiLetterUpper((char)part[at - 1]) || (at + 1 < part.Length && char.IsAsciiLetterLower((char)part[at + 1]));
    }
}
