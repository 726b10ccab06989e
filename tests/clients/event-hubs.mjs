// Uses an event hub as an application with Azure's JavaScript client would, and prints what came of it as JSON.
//
//   node event-hubs.mjs <command> [argument as JSON]
//
// What must stay out of process lists comes on stdin, as a JSON object: "connectionString". Errors are printed as {"error": code}.
import { text } from 'node:stream/consumers';
import { EventHubConsumerClient, EventHubProducerClient, latestEventPosition, parseEventHubConnectionString } from '@azure/event-hubs';

const HUB = 'spans';
const GROUP = EventHubConsumerClient.defaultConsumerGroupName;

const { connectionString } = JSON.parse(await text(process.stdin));
// The client connects to the endpoint's host at port 5672, unless it is told the address once more.
const reach = { customEndpointAddress: parseEventHubConnectionString(connectionString).endpoint };

async function using(client, use) {
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

const withProducer = (use, text = connectionString, options = {}) => using(new EventHubProducerClient(text, HUB, { ...reach, ...options }), use);
const withConsumer = use => using(new EventHubConsumerClient(GROUP, connectionString, HUB, reach), use);

/** Calls use(next) with a function that resolves with the next event, or rejects when the receiver fails. */
async function receive(partition, options, use) {
  const events = [];
  let wake = () => {};
  let failure;
  const next = async () => {
    while (events.length === 0) {
      if (failure) throw failure;
      await new Promise(resolve => { wake = resolve; });
    }
    return events.shift();
  };
  return withConsumer(async client => {
    const subscription = client.subscribe(partition, {
      processEvents: async batch => { events.push(...batch); wake(); },
      processError: async error => { failure = error; wake(); },
    }, { maxWaitTimeInSeconds: 1, ...options });
    try {
      return await use(next);
    } finally {
      await subscription.close();
    }
  });
}

const describe = event => ({
  sequenceNumber: event.sequenceNumber,
  offset: event.offset,
  enqueued: event.enqueuedTimeUtc.getTime(),
  partitionKey: event.partitionKey ?? null,
  body: typeof event.body === 'string' ? event.body : `${event.body.length} bytes`,
});

const codeOf = async action => {
  try {
    await action();
    return 'none';
  } catch (error) {
    return error.code ?? error.name;
  }
};

const commands = {
  /** {"partitionId"?, "partitionKey"?, "batches", "perBatch"} */
  send: ({ batches, perBatch, ...options }) => withProducer(async client => {
    for (let count = 0; count < batches; count++) {
      const batch = await client.createBatch(options);
      for (let number = 0; number < perBatch; number++) batch.tryAdd({ body: `event ${number}`, properties: { number } });
      await client.sendBatch(batch);
    }
    return batches * perBatch;
  }),

  /** {"bytes"}: one event of that size, in a buffer. */
  sendLarge: async ({ bytes }) => ({
    error: await codeOf(() => withProducer(client => client.sendBatch([{ body: Buffer.alloc(bytes, 'x') }], { partitionId: '0' }))),
  }),

  /** {"partition", "start", "count"} */
  receive: ({ partition, start, count }) => {
    const startPosition = start.enqueuedOn === undefined ? start : { ...start, enqueuedOn: new Date(start.enqueuedOn) };
    return receive(partition, { startPosition }, async next => {
      const received = [];
      while (received.length < count) received.push(describe(await next()));
      return received;
    });
  },

  /** {"partition"}: what is sent until the receiver is there may be missed, so it is sent until one event arrives. */
  receiveLatest: ({ partition }) => receive(partition, { startPosition: latestEventPosition }, async next => {
    let received;
    const arrival = next().then(event => { received = event; });
    for (let number = 0; !received; number++) {
      await withProducer(client => client.sendBatch([{ body: `new ${number}` }], { partitionId: partition }));
      await Promise.race([arrival, new Promise(resolve => { setTimeout(resolve, 100); })]);
    }
    return describe(received);
  }),

  /** {"partition"}: an owner is replaced by a higher one, and a lower one is refused. */
  owners: async ({ partition }) => {
    const options = level => ({ startPosition: { offset: '-1' }, ownerLevel: level, maxBatchSize: 1 });
    return receive(partition, options(1), async first => {
      await first();
      const replaced = codeOf(async () => { while (true) await first(); });
      return receive(partition, options(2), async second => {
        await second();
        const refused = await codeOf(() => receive(partition, options(0), third => third()));
        return { replaced: await replaced, refused };
      });
    });
  },

  /** A signature of another key, which the client would try again half a minute later. */
  wrongKey: async () => {
    const wrong = connectionString.replace(/SharedAccessKey=[^;]+/, `SharedAccessKey=${Buffer.from('wrong').toString('base64')}`);
    return { error: await codeOf(() => withProducer(client => client.sendBatch([{ body: 'x' }]), wrong, { retryOptions: { maxRetries: 0 } })) };
  },

  /** {"count"}: one after the other. */
  connections: async ({ count }) => {
    let partitions = 0;
    for (let number = 0; number < count; number++) partitions += await withProducer(async client => (await client.getPartitionIds()).length);
    return partitions;
  },

  /** {"partition"} */
  properties: ({ partition }) => withConsumer(async client => {
    const hub = await client.getEventHubProperties();
    const found = await client.getPartitionProperties(partition);
    return { name: hub.name, partitionIds: hub.partitionIds, last: found.lastEnqueuedSequenceNumber, isEmpty: found.isEmpty };
  }),
};

const [command, argument] = process.argv.slice(2);
if (!(command in commands)) {
  console.error(`usage: node event-hubs.mjs <${Object.keys(commands).join('|')}> [argument as JSON]`);
  process.exit(2);
}

console.log(JSON.stringify(await commands[command](JSON.parse(argument ?? '{}'))));
