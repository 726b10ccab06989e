// Measures how many spans a published function app forwards for a second of processor time: what an instance with one core can
// do at most, beside the Functions host.
//
//   node measure-rate.mjs <folder> [characters of prompt and completion, each]
//
// The app gets its events as the Functions host gives them (a batch of 100 events, 50 spans each, four batches at once) and
// delivers to a server that takes everything. Prompts are dropped, all other text is looked into. Linux only.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';

const SPANS_PER_EVENT = 50;
const EVENTS_PER_BATCH = 100;
const PARTITIONS = 4;
const WARM_UP_MS = 3_000;
const MEASURED_MS = 15_000;
const WORDS = Array.from({ length: 2_000 }, (_, index) => (index * 2_654_435_761 % 36 ** 7).toString(36).slice(0, 2 + index % 9));
const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Takes everything; keeps what the exporter sends, and counts what the app sends. */
class Receiver {
  captured = [];
  bytes = 0;

  async start() {
    this.server = http.createServer((request, response) => {
      const chunks = [];
      request.on('data', chunk => {
        this.bytes += chunk.length;
        if (request.url === '/capture') chunks.push(chunk);
      });
      request.on('end', () => {
        if (request.url === '/capture') this.captured.push(Buffer.concat(chunks));
        response.writeHead(200, { 'Content-Type': 'application/x-protobuf' }).end();
      });
    });
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = this.server.address().port;
  }
}

/** Text that compresses like text: words, the common ones more often. */
function someText(characters) {
  const words = [];
  for (let length = 0; length < characters; length += words.at(-1).length + 1) {
    words.push(WORDS[Math.floor(Math.random() ** 2 * WORDS.length)]);
  }
  return words.join(' ').slice(0, characters);
}

/** One event as a gateway sends it: ten chat completions of five spans. */
async function makeEvent(receiver, characters) {
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'tfy-llm-gateway' }),
    spanProcessors: [new BatchSpanProcessor(
      new OTLPTraceExporter({ url: `http://127.0.0.1:${receiver.port}/capture` }),
      { maxExportBatchSize: SPANS_PER_EVENT, scheduledDelayMillis: 60_000 })],
  });
  const tracer = provider.getTracer('gateway', '1.0.0');
  for (let completion = 0; completion < SPANS_PER_EVENT / 5; completion++) addCompletion(tracer, someText(characters));
  await provider.forceFlush();
  await provider.shutdown();
  return receiver.captured.at(-1);
}

function addCompletion(tracer, text) {
  const start = (name, kind, attributes, parent) => {
    const span = tracer.startSpan(name, { kind, attributes }, parent ? trace.setSpan(ROOT_CONTEXT, parent) : ROOT_CONTEXT);
    span.end();
    return span;
  };
  const root = start('chatCompletions', SpanKind.SERVER, {
    'tfy.span_type': 'ChatCompletion',
    'tfy.request.model_name': 'gpt-4o',
    'tfy.request.created_by_subject': 'team-shop',
    'tfy.request.conversation_id': crypto.randomUUID(),
    'http.response.status_code': 200,
    'tfy.input': JSON.stringify({ messages: [{ role: 'user', content: text }] }),
    'tfy.output': text,
  });
  const guardrail = start('Guardrail: pii-check', SpanKind.INTERNAL, { 'tfy.span_type': 'Guardrail', 'tfy.guardrail.name': 'pii-check', 'tfy.guardrail.result': 'pass' }, root);
  start('POST https://guardrails.example.com/v1/check', SpanKind.CLIENT, { 'http.response.status_code': 200, 'url.full': 'https://guardrails.example.com/v1/check' }, guardrail);
  const model = start('Model: gpt-4o', SpanKind.INTERNAL, {
    'tfy.span_type': 'Model',
    'tfy.model.name': 'gpt-4o',
    'tfy.model.metric.input_tokens': 412,
    'tfy.model.metric.output_tokens': 96,
    'tfy.model.metric.latency_in_ms': 1834.5,
    'tfy.model.metric.cost_in_usd': 0.0021,
    'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: text }] }]),
    'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: text }] }]),
  }, root);
  start('POST https://api.example.com/v1/chat/completions', SpanKind.CLIENT, { 'http.response.status_code': 200, 'url.full': 'https://api.example.com/v1/chat/completions' }, model);
}

/** The host's invocation: arrays are texts that hold JSON. */
function invocation(events, partition, first) {
  const numbers = Array.from({ length: EVENTS_PER_BATCH }, (_, index) => first + index);
  return JSON.stringify({
    Data: { events: events },
    Metadata: {
      PartitionContext: { FullyQualifiedNamespace: 'local', EventHubName: 'spans', ConsumerGroup: '$Default', PartitionId: String(partition) },
      SequenceNumberArray: JSON.stringify(numbers),
      OffsetStringArray: JSON.stringify(numbers.map(String)),
      EnqueuedTimeUtcArray: JSON.stringify(numbers.map(() => new Date().toISOString().slice(0, -1))),
    },
  });
}

function post(agent, port, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port, agent, method: 'POST', path: '/ForwardSpans', headers: { 'Content-Type': 'application/json; charset=utf-8' } }, response => {
      response.resume();
      response.on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`The app answered ${response.statusCode}.`))));
    });
    request.once('error', reject);
    request.end(body);
  });
}

function processorSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

async function launch(folder, receiver) {
  const host = JSON.parse(readFileSync(path.join(folder, 'host.json'), 'utf8'));
  const child = spawn(path.join(folder, host.customHandler.description.defaultExecutablePath), {
    cwd: folder,
    env: {
      ...process.env,
      FUNCTIONS_CUSTOMHANDLER_PORT: String(receiver.port + 1),
      Dynatrace__Environment: `http://127.0.0.1:${receiver.port}`,
      Dynatrace__ApiToken: `dt0c01.${'A'.repeat(24)}.${'B'.repeat(64)}`,
      AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const agent = new http.Agent({ keepAlive: true });
  for (;;) {
    const up = await new Promise(resolve => http.get({ host: '127.0.0.1', port: receiver.port + 1, agent }, response => { response.resume(); resolve(true); }).once('error', () => resolve(false)));
    if (up) return { child, agent, port: receiver.port + 1 };
    if (child.exitCode !== null) throw new Error(`The app ended with exit code ${child.exitCode}.`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

const [folder, characters = '400'] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node measure-rate.mjs <folder> [characters]');
  process.exit(2);
}

const receiver = new Receiver();
await receiver.start();
const app = await launch(path.resolve(folder), receiver);
try {
  const events = [];
  while (events.length < EVENTS_PER_BATCH) events.push(await makeEvent(receiver, Number(characters)));
  const encoded = JSON.stringify(events.map(event => event.toString('base64')));
  const bytesASpan = events.reduce((sum, event) => sum + event.length, 0) / EVENTS_PER_BATCH / SPANS_PER_EVENT;
  let batches = 0;
  let until = performance.now() + WARM_UP_MS;
  const forward = async partition => {
    for (let first = 1; performance.now() < until; first += EVENTS_PER_BATCH) {
      await post(app.agent, app.port, invocation(encoded, partition, first));
      batches++;
    }
  };
  const all = () => Promise.all(Array.from({ length: PARTITIONS }, (_, partition) => forward(partition)));

  await all();
  batches = 0;
  receiver.bytes = 0;
  const before = processorSeconds(app.child.pid);
  const started = performance.now();
  until = started + MEASURED_MS;
  await all();
  const seconds = (performance.now() - started) / 1000;
  const busy = processorSeconds(app.child.pid) - before;
  const spans = batches * EVENTS_PER_BATCH * SPANS_PER_EVENT;
  console.log(`bytes a span, as sent to the hub:  ${bytesASpan.toFixed(0)}`);
  console.log(`bytes a span, as delivered:        ${(receiver.bytes / spans).toFixed(0)}`);
  console.log(`spans a second:                    ${Math.round(spans / seconds).toLocaleString('en')}`);
  console.log(`cores used by the app:             ${(busy / seconds).toFixed(2)}`);
  console.log(`spans a second of processor time:  ${Math.round(spans / busy).toLocaleString('en')}`);
} finally {
  app.child.kill('SIGKILL');
  receiver.server.close();
  app.agent.destroy();
}
process.exit(0);
