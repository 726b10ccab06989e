using System.Text;
using System.Text.Json;
using SpanRelay.Dynatrace;
using SpanRelay.Pipeline;

namespace SpanRelay.Benchmarks;

/// <summary>What spans hold most.</summary>
internal static class SampleTexts
{
    private const string Story =
        """
        When the review started, nobody expected that the smallest service would cause the longest outage of the year. The
        team had moved most of its traffic to the new gateway in March, and for weeks the dashboards looked better than ever:
        response times were down by a third, error rates below one percent, and the on-call engineer could sleep through the
        night. Then, on a quiet Tuesday afternoon at 14:35, the queue began to grow. First slowly, a few hundred messages in
        an hour; then, because each retry produced two more requests, so fast that the storage account reached its limits
        before anybody had read the first alert. "We thought the backlog was a symptom," said the lead, "but it was the cause."
        What followed is described below in some detail, since the next 3 chapters depend on it. Readers who want only the
        conclusions (there are 12 of them) may go on to the last section; it is short, and its examples stand by themselves.

        """;

    private const string Source =
        """
        public async ValueTask<DeliveryOutcome> DeliverAsync(PackedRequest request, CancellationToken cancellationToken)
        {
            for (var attempt = 0; attempt < _options.MaxAttempts; attempt++)
            {
                using var message = new HttpRequestMessage(HttpMethod.Post, _endpoint.TracesUri);
                message.Content = new ReadOnlyMemoryContent(request.CompressedPayload);
                message.Content.Headers.ContentType = ProtobufContentType;
                var response = await _httpClient.SendAsync(message, cancellationToken);
                if (response.IsSuccessStatusCode)
                    return DeliveryOutcome.Delivered; // nothing else to do: 200 or 202
                if (!_retryPolicy.ShouldRetry(response.StatusCode, attempt, out var delay))
                    break;
                await Task.Delay(delay, _timeProvider, cancellationToken);
            }

            return DeliveryOutcome.FromStatus(lastStatusCode, retryAfter: TimeSpan.FromSeconds(30));
        }

        """;

    public static byte[] Prose { get; } = Repeated(Story, 4);

    public static byte[] Code { get; } = Repeated(Source, 6);

    public static byte[] Image { get; } = ImageUrl(24 * 1024);

    public static byte[] Chat { get; } = ChatWith("");

    public static byte[] ChatWithHits { get; } = ChatWith("Write to ada@example.com or grace@example.org, card 4945 8073 0215 7365.");

    /// <summary>Spans have many short attributes for each long one.</summary>
    public static byte[] Attribute { get; } = Encoding.UTF8.GetBytes("chat gpt-5-mini eu-west-1 completed");

    private static byte[] ChatWith(string text) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        model = "gpt-5-mini",
        temperature = 0.2,
        max_tokens = 4096,
        stream = true,
        messages = new object[]
        {
            new { role = "system", content = "You are a careful reviewer. Response in at most three paragraphs." },
            new { role = "user", content = Story + Story },
            new { role = "assistant", content = Story + text },
            new { role = "user", content = new object[] { new { type = "text", text = Source + Story } } },
        },
        tools = Enumerable.Range(1, 4).Select(i => new
        {
            type = "function",
            function = new { name = $"lookup_{i}", description = "Looks an incident up by its number.", strict = true },
        }),
        metadata = new { user_id = "u-1029", trace_id = "4bf92f3577b34da6a3ce929d0e0e4736", span_id = "00f067aa0ba902b7" },
    });

    private static byte[] Repeated(string text, int times) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(text, times)));

    private static byte[] ImageUrl(int length)
    {
        var pixels = new byte[length];
        new Random(7).NextBytes(pixels);
        return Encoding.ASCII.GetBytes("data:image/png;base64," + Convert.ToBase64String(pixels));
    }
}
