// Runs the generative-AI instrumentations that others wrote against a model that answers on this machine, and sends their spans.
//
//   node instrumented.mjs <vercel|traceloop|openinference> <endpoint>
//
// What must stay out of process lists comes on stdin, as a JSON object: "authorization" (the header's value), "prompt" and
// "completion", which requests and answers carry. On stdout: a JSON object with "spans" (their ids in hex) and "content" (how many
// attributes and events held one of the two texts before they were sent).
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { context, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';

const [kind, endpoint] = process.argv.slice(2);
const planted = JSON.parse(await text(process.stdin));

/** Notes which spans there were and what they held. */
class Watch {
  ids = [];
  content = 0;

  onStart() {}

  onEnd(span) {
    this.ids.push(span.spanContext().spanId);
    const texts = [...Object.values(span.attributes), ...span.events.flatMap(event => Object.values(event.attributes ?? {})), span.status.message ?? ''];
    this.content += texts.filter(value => [planted.prompt, planted.completion].some(secret => JSON.stringify(value).includes(secret))).length;
  }

  async forceFlush() {}

  async shutdown() {}
}

const watch = new Watch();
const exporter = new OTLPTraceExporter({ url: endpoint, headers: { Authorization: planted.authorization } });
const provider = new BasicTracerProvider({ spanProcessors: [watch, new SimpleSpanProcessor(exporter)] });
trace.setGlobalTracerProvider(provider);

const tools = [{ type: 'function', function: { name: 'charge', description: planted.prompt, parameters: { type: 'object', properties: { note: { type: 'string' } } } } }];

function chunk(delta, finish_reason = null) {
  return `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
}

/** Answers as a model provider does: chat at once and in pieces, tool calls, embeddings, and an error that quotes the request. */
async function answer(request, response) {
  const body = JSON.parse(await text(request));
  const json = (status, value) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  if (request.url.endsWith('/embeddings'))
    return json(200, { object: 'list', model: body.model, data: [{ object: 'embedding', index: 0, embedding: [0.1, 0.2] }], usage: { prompt_tokens: 3, total_tokens: 3 } });
  if (request.url.endsWith('/completions') && !request.url.endsWith('/chat/completions'))
    return json(200, { id: 't1', object: 'text_completion', created: 1, model: body.model, choices: [{ index: 0, text: planted.completion, finish_reason: 'stop' }], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } });
  if (request.url.endsWith('/responses'))
    return json(200, { id: 'r1', object: 'response', created_at: 1, status: 'completed', model: body.model, output: [{ id: 'm1', type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: planted.completion, annotations: [] }] }], usage: { input_tokens: 3, output_tokens: 2, total_tokens: 5 } });
  if (body.user === 'fails')
    return json(400, { error: { message: `Refused: ${planted.prompt}`, type: 'invalid_request_error', code: 'content_filter' } });
  if (body.stream) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const word of planted.completion.split(/(?= )/)) response.write(chunk({ role: 'assistant', content: word }));
    const usage = { id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o', choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } };
    return response.end(`${chunk({}, 'stop')}${body.stream_options?.include_usage ? `data: ${JSON.stringify(usage)}\n\n` : ''}data: [DONE]\n\n`);
  }

  const message = body.tools
    ? { role: 'assistant', content: null, tool_calls: [{ id: 'call1', type: 'function', function: { name: 'charge', arguments: JSON.stringify({ note: planted.completion }) } }] }
    : { role: 'assistant', content: planted.completion };
  json(200, { id: 'c1', object: 'chat.completion', created: 1, model: body.model, choices: [{ index: 0, message, finish_reason: body.tools ? 'tool_calls' : 'stop' }], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } });
}

async function callOpenAI(instrumentation) {
  const { default: OpenAI } = await import('openai');
  instrumentation.setTracerProvider(provider);
  instrumentation.manuallyInstrument(OpenAI);
  const server = createServer((request, response) => answer(request, response).catch(error => response.destroy(error)));
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const client = new OpenAI({ apiKey: 'none', baseURL: `http://127.0.0.1:${server.address().port}/v1`, maxRetries: 0 });
  const messages = [{ role: 'system', content: planted.prompt }, { role: 'user', content: [{ type: 'text', text: planted.prompt }, { type: 'image_url', image_url: { url: `data:image/png;base64,${Buffer.from(planted.prompt).toString('base64')}` } }] }];
  const chat = { model: 'gpt-4o', messages, temperature: 0.2, max_tokens: 100 };
  await client.chat.completions.create(chat);
  await client.chat.completions.create({ ...chat, tools });
  for await (const _ of await client.chat.completions.create({ ...chat, messages: [{ role: 'user', content: planted.prompt }], stream: true, stream_options: { include_usage: true } }));
  await client.chat.completions.create({ ...chat, user: 'fails' }).catch(() => {});
  await client.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: planted.prompt });
  await client.embeddings.create({ model: 'text-embedding-3-small', input: planted.prompt });
  await client.responses.create({ model: 'gpt-4o', input: planted.prompt, instructions: planted.prompt });
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
}

async function callVercel() {
  const { embed, generateObject, generateText, jsonSchema, stepCountIs, streamText, tool } = await import('ai');
  const { MockEmbeddingModelV2, MockLanguageModelV2, simulateReadableStream } = await import('ai/test');
  const experimental_telemetry = { isEnabled: true, functionId: 'charge-card', metadata: { note: planted.prompt }, tracer: provider.getTracer('ai') };
  const usage = { inputTokens: 3, outputTokens: 2, totalTokens: 5 };
  const says = (content, finishReason = 'stop') => ({ finishReason, usage, content, warnings: [] });
  const written = says([{ type: 'text', text: planted.completion }]);
  const model = new MockLanguageModelV2({ doGenerate: async () => written });
  await generateText({ model, system: planted.prompt, prompt: planted.prompt, experimental_telemetry });
  let turns = 0;
  const calling = new MockLanguageModelV2({
    doGenerate: async () => turns++ > 0 ? written : says([{ type: 'tool-call', toolCallId: 'call1', toolName: 'charge', input: JSON.stringify({ note: planted.prompt }) }], 'tool-calls'),
  });
  const charge = tool({ description: planted.prompt, inputSchema: jsonSchema({ type: 'object', properties: { note: { type: 'string' } } }), execute: async () => planted.completion });
  await generateText({ model: calling, prompt: planted.prompt, tools: { charge }, stopWhen: stepCountIs(3), experimental_telemetry });
  const streaming = new MockLanguageModelV2({
    doStream: async () => ({ stream: simulateReadableStream({ chunks: [{ type: 'text-start', id: '1' }, { type: 'text-delta', id: '1', delta: planted.completion }, { type: 'text-end', id: '1' }, { type: 'finish', finishReason: 'stop', usage }] }) }),
  });
  for await (const _ of streamText({ model: streaming, messages: [{ role: 'user', content: planted.prompt }], experimental_telemetry }).textStream);
  const typed = new MockLanguageModelV2({ doGenerate: async () => says([{ type: 'text', text: JSON.stringify({ note: planted.completion }) }]) });
  await generateObject({ model: typed, schema: jsonSchema({ type: 'object', properties: { note: { type: 'string' } } }), schemaName: 'Note', schemaDescription: planted.prompt, prompt: planted.prompt, experimental_telemetry });
  await embed({ model: new MockEmbeddingModelV2({ doEmbed: async ({ values }) => ({ embeddings: values.map(() => [0.1, 0.2]), usage: { tokens: 3 } }) }), value: planted.prompt, experimental_telemetry });
  const failing = new MockLanguageModelV2({ doGenerate: async () => { throw new Error(`Refused: ${planted.prompt}`); } });
  await generateText({ model: failing, prompt: planted.prompt, maxRetries: 0, experimental_telemetry }).catch(() => {});
}

const runs = {
  vercel: callVercel,
  // It reads no usage from streams: only this option counts their tokens, and only of texts.
  traceloop: async () => callOpenAI(new (await import('@traceloop/instrumentation-openai')).OpenAIInstrumentation({ enrichTokens: true })),
  openinference: async () => callOpenAI(new (await import('@arizeai/openinference-instrumentation-openai')).OpenAIInstrumentation()),
};
if (!endpoint || !(kind in runs)) {
  console.error('usage: node instrumented.mjs <vercel|traceloop|openinference> <endpoint>');
  process.exit(2);
}

await runs[kind]();
await provider.forceFlush();
await provider.shutdown();
console.log(JSON.stringify({ spans: watch.ids, content: watch.content }));
