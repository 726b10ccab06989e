// Prints the generative-AI keys that published conventions define, as {"package@version": [keys]}.

const prefixes = /^(gen_ai|openai|mcp|aws\.bedrock|azure\.ai|langgraph)\./;

const strings = (value) => typeof value === 'string' ? [value] : value && typeof value === 'object' ? Object.values(value).flatMap(strings) : [];

const conventions = {
  '@opentelemetry/semantic-conventions': (module) => Object.entries(module).filter(([name]) => name.startsWith('ATTR_')).map(([, key]) => key).filter((key) => prefixes.test(key)),
  '@arizeai/openinference-semantic-conventions': (module) => strings(module.SemanticConventions),
  '@traceloop/ai-semantic-conventions': (module) => strings(module.SpanAttributes),
};
const entries = { '@opentelemetry/semantic-conventions': '/incubating' };

const keys = {};
for (const [name, read] of Object.entries(conventions)) {
  const { default: otherwise, ...named } = await import(name + (entries[name] ?? ''));
  const found = [...new Set(read({ ...otherwise, ...named }))].filter((key) => typeof key === 'string').sort();
  keys[name] = found;
}

process.stdout.write(JSON.stringify(keys));
