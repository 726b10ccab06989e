// Sends spans as a gateway that is instrumented with OpenTelemetry's JavaScript SDK would, and prints their ids.
//
//   node send-spans.mjs <endpoint> <proto|json> <count> [gzip]
//
// What must stay out of process lists comes on stdin, as a JSON object: "authorization" (the header's value),
// "resourceAuthorization", "prompt" and "completion", which every span carries.
// On stdout: a JSON array of span ids in hex. The exit code is 1 when an export failed; nothing is sent twice by this script.
import { text } from 'node:stream/consumers';
import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';

const SPANS_PER_BATCH = 20;
const EXPORTERS = { proto: ProtoExporter, json: JsonExporter };

/** Hands everything on and remembers what failed: the SDK itself only logs it. */
class WatchedExporter {
  failures = [];

  constructor(exporter) {
    this.exporter = exporter;
  }

  export(spans, done) {
    this.exporter.export(spans, result => {
      if (result.code !== 0) this.failures.push(`${spans.length} spans: ${result.error?.message ?? 'no reason given'}`);
      done(result);
    });
  }

  forceFlush() {
    return this.exporter.forceFlush();
  }

  shutdown() {
    return this.exporter.shutdown();
  }
}

function attributes(planted) {
  const message = (role, content) => JSON.stringify([{ role, parts: [{ type: 'text', content }] }]);
  return {
    'tfy.span_type': 'ChatCompletion',
    'tfy.request.model_name': 'gpt-4o',
    'tfy.model.metric.input_tokens': 12,
    'tfy.input': JSON.stringify({ messages: [{ role: 'user', content: planted.prompt }] }),
    'tfy.output': planted.completion,
    'gen_ai.input.messages': message('user', planted.prompt),
    'gen_ai.output.messages': message('assistant', planted.completion),
    'http.request.header.authorization': [planted.resourceAuthorization],
  };
}

function makeSpan(tracer, planted) {
  const span = tracer.startSpan('ChatCompletion', { kind: SpanKind.CLIENT, attributes: attributes(planted) }, ROOT_CONTEXT);
  span.addEvent('gen_ai.user.message', { content: planted.prompt });
  span.end();
  return span.spanContext().spanId;
}

const [endpoint, encoding, countText, compression] = process.argv.slice(2);
const count = Number(countText);
if (!endpoint || !(encoding in EXPORTERS) || !Number.isInteger(count) || (compression ?? 'gzip') !== 'gzip') {
  console.error('usage: node send-spans.mjs <endpoint> <proto|json> <count> [gzip]');
  process.exit(2);
}

const planted = JSON.parse(await text(process.stdin));
const exporter = new WatchedExporter(new EXPORTERS[encoding]({
  url: endpoint,
  headers: { Authorization: planted.authorization },
  compression: compression ?? 'none',
}));
const provider = new BasicTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'tfy-llm-gateway', Authorization: planted.resourceAuthorization }),
  spanProcessors: [new BatchSpanProcessor(exporter, { maxExportBatchSize: SPANS_PER_BATCH, scheduledDelayMillis: 10 })],
});
const tracer = provider.getTracer('gateway', '1.0.0');

const ids = [];
while (ids.length < count) {
  ids.push(makeSpan(tracer, planted));
  // One batch after the other, as from a gateway at work: all at once would be over in a moment.
  if (ids.length % SPANS_PER_BATCH === 0) await provider.forceFlush().catch(() => {});
}
await provider.shutdown().catch(() => {});

console.log(JSON.stringify(ids));
for (const failure of exporter.failures) console.error(`Not exported: ${failure}`);
process.exitCode = exporter.failures.length > 0 ? 1 : 0;
