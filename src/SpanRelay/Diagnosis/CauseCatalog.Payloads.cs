namespace SpanRelay.Diagnosis;

/// <summary>The causes that an event's content has.</summary>
public static partial class CauseCatalog
{
    private const string OnlyTheGateway = "Find out who sends it. Only the gateway should be able to send to this Event Hub.";
    private const string SendOtlp = "Configure the sender to export OTLP over HTTP, with the encoding Proto or Json.";

    public static readonly Cause BrokenGzip = new(
        "broken-gzip", "An event is a gzip stream that was truncated or altered",
        "It cannot be decompressed to its end.",
        "It starts like gzip; its checksum or length does not match.",
        "Find out what truncated it: an Event Hub accepts at most 1 MB per event. Lower the gateway's batch size.");

    public static readonly Cause GzipBomb = new(
        "gzip-bomb", "An event decompresses to more than the limit",
        "Decompression stopped at 64 MiB, or at a twelfth of the instance's memory if that is less.",
        "It is compressed, and small for its decompressed size.",
        "Find out who sent it. Only the gateway should be able to send to this Event Hub.");

    public static readonly Cause TooLargeForMemory = new(
        "too-large-for-memory", "An event takes more memory than the instance has",
        "Reading or redacting it used up the memory that the process may use; other events were not affected.",
        "It is large after decompression, and most of it is text that stays.",
        "Lower the sender's batch size, or raise APP_MEMORY_MB and run azd provision; then replay it.");

    public static readonly Cause TooSlow = new(
        "too-slow", "An event takes too long to redact",
        "Redaction stopped after 30 seconds; other events were not affected.",
        "It is large after decompression, and most of it is text that is searched for secrets.",
        "Lower the sender's batch size, or raise APP_MEMORY_MB, which brings processors with it; then replay it.");

    public static readonly Cause AzureDiagnosticRecords = new(
        "azure-diagnostics", "The event holds Azure diagnostic records, not spans",
        "A diagnostic setting exports to this Event Hub.",
        "JSON with an array \"records\" whose members have names such as resourceId and category.",
        "Export diagnostics to another Event Hub: this one is for spans.",
        "https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings");

    public static readonly Cause AvroCapture = new(
        "avro-capture", "The event is an Avro file, as Event Hubs Capture writes them",
        "Captured files were sent to the Event Hub.",
        "It starts with Obj and the byte 1.",
        "Send the event bodies in the file, not the file itself.",
        "https://learn.microsoft.com/azure/event-hubs/event-hubs-capture-overview");

    public static readonly Cause OtherSignal = new(
        "not-traces", "The event holds OpenTelemetry logs, metrics or profiles, not traces",
        "The sender exports more than traces to this address.",
        "resourceLogs, resourceMetrics or resourceProfiles instead of resourceSpans; in protobuf, log records, metrics or profiles where spans would be.",
        "Configure the sender to export only traces to this Event Hub.", WireLink);

    public static readonly Cause PlainLogs = new(
        "plain-logs", "The event holds log records, not spans",
        "It is JSON as logging libraries write it.",
        "JSON with a member such as message or msg, and one such as level or timestamp.",
        "Send logs elsewhere: this Event Hub is for spans.");

    public static readonly Cause OtherJson = new(
        "other-json", "The event is JSON, but not OTLP",
        "It is not valid, or has no resourceSpans.",
        "It starts with a brace or a bracket.",
        "Configure the sender to export OTLP: in the gateway, HTTP with the encoding Proto or Json.", WireLink);

    public static readonly Cause GrpcFramed = new(
        "grpc-framed", "The event is a gRPC message",
        "Five bytes of gRPC framing precede something other than an export. An export in such a frame is read.",
        "A byte 0 or 1, followed by the length of the rest.",
        "Set the sender to OTLP over HTTP, not gRPC.", WireLink);

    public static readonly Cause PlainText = new(
        "text", "The event is text",
        "Something other than an OTLP exporter sends to this Event Hub.",
        "It is readable text, but not JSON.",
        "Find out who sends it. Only the gateway should be able to send to this Event Hub.");

    public static readonly Cause EmptyEvent = new(
        "empty-event", "The event has no body",
        "There is nothing in it.",
        "No bytes, or none after decompression.",
        "Nothing is lost. If there are many, check the sender.");

    public static readonly Cause NestedTooDeep = new(
        "nested-too-deep", "The event nests deeper than receivers read",
        "More than 100 messages are nested in each other.",
        "The depth at which reading stopped.",
        "Flatten the attributes in the sender.");

    public static readonly Cause SpanWithoutIds = new(
        "span-without-ids", "A span has no trace id or span id",
        "The event looks like a trace export, and some or all of its spans lack an id. Spans that have both ids were delivered.",
        "An id that is missing, not 16 or 8 bytes long, or all zeros.",
        "Fix the sender: it creates spans by hand, or is not an OpenTelemetry SDK.", WireLink);

    public static readonly Cause SpanTooLargeForEvent = new(
        "span-too-large-for-event", "A span is larger than an event of the Event Hub may be",
        "It was sent to the OTLP address, which puts spans into events. This one is larger than an event, even compressed and after redaction; its neighbors were accepted.",
        "Its size after compression is above Ingest__MaxEventBytes.",
        "Find out which attribute makes it so large, and have the sender limit it (OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT). Replay this one: a replay sends it to Dynatrace directly.");

    public static readonly Cause OtherBinary = new(
        "other-binary", "The event has an unknown format",
        "It is neither OTLP nor anything that is often sent by mistake.",
        "Its first bytes, and why it cannot be read.",
        "Find out who sends it, and configure that sender to export OTLP over HTTP.", WireLink);

    public static readonly Cause BrokenCompression = new(
        "broken-compression", "An event is compressed, and was truncated or altered",
        "It cannot be decompressed to its end.",
        "It starts like zlib or zstd, or a gRPC frame says that it is compressed.",
        "Find out what truncated it: an Event Hub accepts at most 1 MB per event. Lower the sender's batch size.");

    public static readonly Cause CutOff = new(
        "cut-off", "The event ends in the middle of an export",
        "Everything up to its end is right, and more should follow.",
        "JSON or protobuf that stops inside a value. The record says so if the size is a common limit, such as 64 KiB, 256 KiB or 1 MiB.",
        "Lower the sender's batch size, or raise the limit of what cuts it: the tier of the Event Hub (Basic: 256 KB, others: 1 MB), a proxy or a log shipper.");

    public static readonly Cause SpansNotFound = new(
        "spans-not-found", "The event is a trace export, but its spans are not where the protocol has them",
        "Members or fields that the protocol does not know are in the place of the spans. Nothing was sent, so that no span is lost silently.",
        "No span, or an unknown member whose name is like that of spans.",
        "Fix the sender: spans belong in resourceSpans, scopeSpans, spans.", WireLink);

    public static readonly Cause TwoListsOfSpans = new(
        "two-lists-of-spans", "A resource has different spans under two names",
        "It has spans in scopeSpans and others in instrumentationLibrarySpans, the name of before 2022. The protocol says to ignore the latter, which would lose spans.",
        "Both lists, and they differ.",
        "Update the sender so that it writes scopeSpans only.", WireLink);

    public static readonly Cause IdNotHex = new(
        "ids-not-hex", "Trace and span ids are not hexadecimal",
        "OTLP JSON requires hexadecimal ids, unlike the general rules for protobuf in JSON, which have base64.",
        "An id that is base64, a UUID with dashes, or something else.",
        "Write trace ids as 32 and span ids as 16 hexadecimal digits, or send protobuf.", WireLink);

    public static readonly Cause TooManyLayers = new(
        "too-many-layers", "The event is wrapped too often",
        "It is an encoding in a compression in an envelope, and so on, more than five deep.",
        "What was removed from it, and that something is left to remove.",
        "Send the export as it is, or gzipped.", WireLink);

    public static readonly Cause CloudEvent = new(
        "cloudevent", "The event is a CloudEvent without a trace export",
        "Its data is something else. A CloudEvent with an export in data or data_base64 is read.",
        "JSON with specversion and data.",
        "Send only CloudEvents whose data is an OTLP export here, and others to another Event Hub.");

    public static readonly Cause Zipkin = new(
        "zipkin", "The event holds Zipkin spans",
        "Zipkin's format is not OTLP.",
        "JSON with traceId, id and localEndpoint or duration, or the same in protobuf or Thrift.",
        "Configure the sender to export OTLP, or let an OpenTelemetry Collector with the zipkin receiver translate.", WireLink);

    public static readonly Cause Jaeger = new(
        "jaeger", "The event holds Jaeger spans",
        "Jaeger's format is not OTLP.",
        "JSON with traceID, spanID and operationName, or a batch or span in protobuf or Thrift.",
        "Configure the sender to export OTLP, or let an OpenTelemetry Collector with the jaeger receiver translate.", WireLink);

    public static readonly Cause Datadog = new(
        "datadog", "The event holds Datadog spans",
        "Datadog's format is not OTLP.",
        "Lists of spans in MessagePack or JSON with trace_id, span_id, start and duration.",
        "Configure the sender to export OTLP, or let an OpenTelemetry Collector with the datadog receiver translate.", WireLink);

    public static readonly Cause ConsoleExporter = new(
        "console-exporter", "The event is what an SDK's console exporter prints",
        "It is for people to read. Only an OTLP exporter writes OTLP.",
        "JSON with context, trace_id, start_time and end_time.",
        "Use the OTLP exporter instead of the console exporter in the sender.", WireLink);

    public static readonly Cause ApplicationInsights = new(
        "application-insights", "The event holds Application Insights telemetry",
        "Something exports Application Insights data to this Event Hub.",
        "JSON with iKey and baseType.",
        "Export it to another Event Hub: this one is for spans.");

    public static readonly Cause Prometheus = new(
        "prometheus", "The event holds Prometheus metrics",
        "It is Prometheus's text format or a remote write request.",
        "# HELP or # TYPE lines, samples, or the label __name__ in binary data.",
        "Send metrics elsewhere: this Event Hub is for spans.");

    public static readonly Cause Statsd = new(
        "statsd", "The event holds StatsD metrics",
        "It is the StatsD line protocol.",
        "Lines such as name:1|c.",
        "Send metrics elsewhere: this Event Hub is for spans.");

    public static readonly Cause Fluentd = new(
        "fluentd", "The event is a message of Fluentd or Fluent Bit",
        "It is their forward protocol.",
        "MessagePack: an array of a tag and entries.",
        "Send logs elsewhere. To forward traces with Fluent Bit, use its opentelemetry output.");

    public static readonly Cause Syslog = new(
        "syslog", "The event is a syslog message",
        "It is a log line, not a span.",
        "It starts with a priority such as <34>, and a time.",
        "Send logs elsewhere: this Event Hub is for spans.");

    public static readonly Cause ModelLog = new(
        "model-log", "The event is a request to a language model, or its response",
        "A gateway or an application logs its calls as JSON. It may hold prompts, and is in the quarantine as it was sent.",
        "JSON with model and messages, or model and choices.",
        "Configure the sender to export OTLP traces instead of logs, and delete the event (spanrelay dead-letters purge).");

    public static readonly Cause JsonValue = new(
        "json-value", "The event is a single JSON value",
        "It is null, a number, true, false, or a string without an export in it.",
        "JSON that is neither an object nor an array.",
        OnlyTheGateway);

    public static readonly Cause HtmlPage = new(
        "html-page", "The event is a web page",
        "A server's answer, such as an error or a sign-in page, was sent instead of an export.",
        "It starts as HTML.",
        "Find out which step before the Event Hub takes a web page for an export; usually it calls a wrong address.");

    public static readonly Cause Xml = new(
        "xml", "The event is XML",
        "No encoding of OTLP is XML.",
        "It starts with a tag.",
        SendOtlp, WireLink);

    public static readonly Cause Form = new(
        "form", "The event is a URL-encoded form",
        "No encoding of OTLP is a form.",
        "Pairs of key=value, joined by &.",
        SendOtlp, WireLink);

    public static readonly Cause Csv = new(
        "csv", "The event is a CSV table",
        "Rows were sent instead of spans.",
        "Lines with the same number of commas.",
        OnlyTheGateway);

    public static readonly Cause Parquet = new(
        "parquet", "The event is a Parquet file",
        "A data file was sent to the Event Hub.",
        "It starts and ends with PAR1.",
        OnlyTheGateway);

    public static readonly Cause Archive = new(
        "archive", "The event is an archive",
        "It is a zip, tar, xz or bzip2 file.",
        "The file's first bytes.",
        "Send each export as an event, compressed with gzip or not at all.");

    public static readonly Cause Snappy = new(
        "snappy", "The event is compressed with Snappy",
        "It is in Snappy's framing format, or in the one of Java's Kafka clients.",
        "The stream's first bytes.",
        "Set the sender's compression to gzip, zstd or none.");

    public static readonly Cause Lz = new(
        "lz-four", "The event is compressed with LZ4",
        "It is an LZ4 frame.",
        "The frame's first bytes.",
        "Set the sender's compression to gzip, zstd or none.");

    public static readonly Cause ZeroBytes = new(
        "zero-bytes", "The event consists of zero bytes",
        "A buffer was sent before anything was written to it.",
        "All bytes are 0.",
        "Fix the sender: it sends a buffer that it has not filled.");

    public static readonly Cause RandomBytes = new(
        "random-bytes", "The event is encrypted, or compressed in a way that does not show",
        "Its bytes are evenly distributed. Brotli, for example, has no mark.",
        "The distribution of its bytes.",
        "Configure the sender to send OTLP unencrypted (the connection is encrypted already) and uncompressed or gzipped.", WireLink);

    public static readonly Cause TimesInMilliseconds = new(
        "times-in-milliseconds", "The spans' times are in milliseconds instead of nanoseconds",
        "Read as nanoseconds, the spans ended in 1970. Dynatrace would silently drop them after a 200.",
        "The end of the oldest span makes sense in milliseconds only.",
        "Fix the sender: startTimeUnixNano and endTimeUnixNano are nanoseconds since 1970. Multiply them by 1,000,000.", WireLink);

    public static readonly Cause TimesInMicroseconds = new(
        "times-in-microseconds", "The spans' times are in microseconds instead of nanoseconds",
        "Read as nanoseconds, the spans ended in 1970. Dynatrace would silently drop them after a 200.",
        "The end of the oldest span makes sense in microseconds only.",
        "Fix the sender: startTimeUnixNano and endTimeUnixNano are nanoseconds since 1970. Multiply them by 1,000.", WireLink);

    public static readonly Cause TimesInSeconds = new(
        "times-in-seconds", "The spans' times are in seconds instead of nanoseconds",
        "Read as nanoseconds, the spans ended in 1970. Dynatrace would silently drop them after a 200.",
        "The end of the oldest span makes sense in seconds only.",
        "Fix the sender: startTimeUnixNano and endTimeUnixNano are nanoseconds since 1970. Multiply them by 1,000,000,000.", WireLink);

    public static readonly Cause TimesInTicks = new(
        "times-in-ticks", "The spans' times are .NET ticks instead of nanoseconds since 1970",
        "Read as nanoseconds, the spans ended decades ago. Dynatrace would silently drop them after a 200.",
        "The end of the oldest span makes sense as 100 nanoseconds since the year 1 only.",
        "Fix the sender: subtract DateTime.UnixEpoch.Ticks and multiply by 100.", WireLink);
}
