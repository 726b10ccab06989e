// Measures how long published function apps take from their launch to their first answer, and the memory they then hold.
//
//   node measure-start-up.mjs <label>=<folder> …        for example: jit=../out/jit aot=../out/aot
//
// Median of 10 starts each. The apps take turns, so that a busy moment of the machine hits all of them. Linux only.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';

const STARTS = 10;
const PATIENCE_MS = 60_000;
const POLL_MS = 2;

const MINIMAL_SETTINGS = {
  Dynatrace__Environment: 'abc12345',
  Dynatrace__ApiToken: `dt0c01.${'A'.repeat(24)}.${'B'.repeat(64)}`,
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
};

function readApp(argument) {
  const equals = argument.indexOf('=');
  if (equals < 1) throw new Error(`"${argument}" is not <label>=<folder>.`);
  const folder = path.resolve(argument.slice(equals + 1));
  const host = JSON.parse(readFileSync(path.join(folder, 'host.json'), 'utf8'));
  const executable = path.join(folder, host.customHandler.description.defaultExecutablePath);
  return { label: argument.slice(0, equals), folder, executable, milliseconds: [], megabytes: [] };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function answers(port) {
  return new Promise(resolve => {
    const request = http.get({ host: '127.0.0.1', port, agent: false }, response => {
      response.resume();
      resolve(true);
    });
    request.once('error', () => resolve(false));
  });
}

const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

async function untilAnswered(app, child, port, started) {
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`${app.label} ended with exit code ${child.exitCode}.`);
    if (performance.now() - started > PATIENCE_MS) throw new Error(`${app.label} did not answer within ${PATIENCE_MS} ms.`);
    await pause(POLL_MS);
  }
  return performance.now() - started;
}

function residentMegabytes(pid) {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1];
  return Number(kilobytes) / 1024;
}

async function measureOnce(app) {
  const port = await freePort();
  const started = performance.now();
  const child = spawn(app.executable, {
    cwd: app.folder,
    env: { ...process.env, ...MINIMAL_SETTINGS, FUNCTIONS_CUSTOMHANDLER_PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await once(child, 'spawn');
  const exit = once(child, 'exit');
  try {
    app.milliseconds.push(await untilAnswered(app, child, port, started));
    app.megabytes.push(residentMegabytes(child.pid));
  } finally {
    child.kill('SIGKILL');
    await exit;
  }
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

function printTable(apps) {
  const rows = [
    ['app', 'first answer (ms)', 'from', 'to', 'resident (MB)'],
    ...apps.map(app => [
      app.label,
      median(app.milliseconds).toFixed(0),
      Math.min(...app.milliseconds).toFixed(0),
      Math.max(...app.milliseconds).toFixed(0),
      median(app.megabytes).toFixed(1),
    ]),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)));
  for (const row of rows) {
    console.log(row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  '));
  }
}

process.once('uncaughtException', error => {
  console.error(error.message);
  process.exit(1);
});

const apps = process.argv.slice(2).map(readApp);
if (apps.length === 0) {
  console.error('usage: node measure-start-up.mjs <label>=<folder> …');
  process.exit(2);
}

for (let start = 0; start < STARTS; start++) {
  for (const app of apps) await measureOnce(app);
}
printTable(apps);
