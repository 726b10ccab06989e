using System.Text;
using SpanRelay.Buffers;
using SpanRelay.Redaction.Detectors;
using SpanRelay.Redaction.Detectors.Credentials;

namespace SpanRelay.Tests.Redaction.Detectors;

/// <summary>Megabytes of text that makes a naive search backtrack: the time grows in proportion to the length, for each detector and for all together.</summary>
[Collection(nameof(LinearTimeTests))]
public class AdversarialTextTests(ITestOutputHelper output)
{
    private const int SmallText = 2 * 1024 * 1024;
    private const int Times = 4;
    private const int Sample = 64 * 1024;
    private const int MostMeasured = 16;
    private const int MostTimes = 8;

    private static readonly string[] Pieces =
    [
        "a=a=", "token=", "token: ", "x_key=", "x_key=\"", "x_key='", "\"x_key\":\"", "\\\"x_key\\\":\\\"", "password=${", "<token>", "<token a>", "<x_key ", "&lt;token&gt;", "--token ", "--token=", "-u ", "-p ",
        "(\"token\",", "\"name\":\"token\",", "\"value\":\"", "name=token ", "value=\"x\" ", "token \"", "password '", "%22token%22%3A", "token%3D", "token\\u003d", "?token=&", ";Password=a b", "password: |\n ",
        "a://", "a://b:c", "a://b:c/", "://b@", "@", "://", "Authorization: ", "Cookie: a ", "&quot;token&quot;:&quot;", "password: a b c ", "'token' => ", "token string = ", "\u001b[31m", "[1;", "\\", "\\\\n",
        " ", "\n", "\t", "{", "[", "{\"a\":", "\"", "'", "`", "0", "4111 ", "4111", "512 64 2048 ", "eyJ", "eyJ.", "eyJhbGciOiJIUzI1NiJ9.", "-----BEGIN ", "-----BEGIN PRIVATE " + "KEY-----\n", "1.1.", "::", "+1 ", "DE11", "a@b.",
    ];

    /// <summary>What stands before the pieces: nothing, a prefix of JSON, white space before JSON with secret members.</summary>
    private static readonly string[] Starts = ["", "{\"", "x "];

    private static readonly (string Name, Action<byte[]> Run)[] Searches =
    [
        .. DetectorCatalog.All.Where(detector => detector.OnByDefault).Select(detector => (detector.Name, (Action<byte[]>)(text => FindAll(detector, text)))),
        ("all", RedactAll),
    ];

    [Fact]
    public void NoTextTakesLongerThanItsLength()
    {
        // A sample of each tells which deserve megabytes: what is quadratic takes longest there already.
        var layouts = Layouts().ToList();
        var suspects = Searches
            .SelectMany(search => layouts.Select(layout => (Search: search.Run, What: $"{search.Name} in {layout.What}", layout.Text, Sampled: Time(search.Run, layout.Text(Sample)))))
            .OrderByDescending(each => each.Sampled).Take(MostMeasured).ToList();
        var slowest = suspects.Select(each => Measure(each.Search, each.What, each.Text)).ToList();

        output.WriteLine($"{layouts.Count} layouts.");
        foreach (var each in slowest.OrderByDescending(each => each.Milliseconds).Take(5))
            output.WriteLine($"{each.Milliseconds:F0} ms for 8 MB, {each.Ratio:F1} times 2 MB: {each.What}");
        Assert.All(slowest, each => Assert.True(each.Ratio <= MostTimes, $"{each.Ratio} times: {each.What}"));
    }

    private static IEnumerable<(string What, Func<int, byte[]> Text)> Layouts()
    {
        var prefixes = CredentialShapes.All.Select(shape => shape.Anchor.Text).Distinct().Chunk(12).Select(chunk => string.Concat(chunk));
        foreach (var piece in Pieces.Concat(prefixes))
        {
            foreach (var start in Starts)
                yield return (start + piece, length => Repeated(start, piece, length));
        }

        yield return ("white space before JSON", length => Encoding.ASCII.GetBytes(new string(' ', length / 2) + "{" + string.Concat(Enumerable.Repeat("\"token\":1,", length / 20))));
        yield return ("members in members", length => Repeated("", "{\"token\":{\"a\":", length));
        var random = new Random(5);
        yield return ("pieces in any order", length => Encoding.UTF8.GetBytes(string.Concat(random.GetItems(Pieces, length))[..length]));
    }

    private static (double Milliseconds, double Ratio, string What) Measure(Action<byte[]> search, string what, Func<int, byte[]> text)
    {
        var (small, large) = (text(SmallText), text(Times * SmallText));
        var (best, ratio) = (0.0, double.MaxValue);
        for (var tries = 0; tries < 6 && ratio > MostTimes; tries++)
        {
            best = Time(search, large);
            ratio = best < 20 ? 1 : best / Math.Max(1, Time(search, small)); // Too short to tell.
        }

        return (best, ratio, what);
    }

    /// <summary>Of the processor: other work may share it.</summary>
    private static double Time(Action<byte[]> search, byte[] text)
    {
        var start = Environment.CpuUsage.TotalTime;
        search(text);
        return (Environment.CpuUsage.TotalTime - start).TotalMilliseconds;
    }

    private static void FindAll(Detector detector, byte[] text)
    {
        for (var from = 0; detector.TryFind(text, from, out var hit); from = hit.End)
        {
        }
    }

    private static void RedactAll(byte[] text)
    {
        using var output = new PooledBuffer();
        Finding.DefaultRedactor.TryRedact(text, output, new int[DetectorCatalog.All.Count]);
    }

    private static byte[] Repeated(string start, string piece, int length)
    {
        var (head, bytes) = (Encoding.UTF8.GetBytes(start), Encoding.UTF8.GetBytes(piece));
        var text = new byte[length];
        head.CopyTo(text, 0);
        for (var i = head.Length; i < length; i++)
            text[i] = bytes[(i - head.Length) % bytes.Length];
        return text;
    }
}
