// Reads a JSON list of texts from standard input, and prints for each what secretlint's recommended rules find, as [{rule, found}].

import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';

// A run over one text costs much more than its length: many are judged at once.
const batch = 100;
const between = '\n\n\n';

let input = '';
for await (const part of process.stdin) input += part;

const options = {
  noPhysicFilePath: true,
  config: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator, options: {} }] },
};

const texts = JSON.parse(input);
const judged = texts.map(() => []);
for (let first = 0; first < texts.length; first += batch) {
  const starts = [];
  let content = '';
  for (const text of texts.slice(first, first + batch)) {
    starts.push(content.length);
    content += text + between;
  }

  const { messages } = await lintSource({ source: { content, filePath: 'text.txt', ext: '.txt', contentType: 'text' }, options });
  for (const { ruleId, messageId, range: [start, end] } of messages) {
    const index = starts.findLastIndex((at) => at <= start);
    judged[first + index].push({ rule: `${ruleId.replace('@secretlint/secretlint-rule-', '')}:${messageId}`, found: content.slice(start, end) });
  }
}

process.stdout.write(JSON.stringify(judged));
