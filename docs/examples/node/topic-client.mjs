// Submits one inference job on `inference-requests` and prints its tokens from `inference-results` as they come.
// Only a Kafka client and Confluent's own Avro (de)serialisers are used: nothing of Millrace is needed.
//
//   npm ci
//   node topic-client.mjs "Why do mills stand by rivers?"
//
// The program ends with 0 when the job completed, else with 1. The text goes to stdout, everything else to stderr.

import { randomUUID } from 'node:crypto';
import { AvroDeserializer, AvroSerializer, SchemaRegistryClient, SerdeType } from '@confluentinc/schemaregistry';
import { Kafka, Partitioners, logLevel } from 'kafkajs';

const prompt = process.argv[2] ?? 'Why do mills stand by rivers?';
const brokers = (process.env.MILLRACE_KAFKA_BOOTSTRAP_SERVERS ?? '127.0.0.1:9092').split(',');
const registryUrl = process.env.MILLRACE_REGISTRY_URLS ?? 'http://127.0.0.1:8081';
const model = process.env.MILLRACE_MODEL ?? 'local/echo';
const account = process.env.MILLRACE_ACCOUNT ?? 'dev';

const REQUESTS = 'inference-requests';
const RESULTS = 'inference-results';
const AVRO = 'dev.millrace.avro.';

const registry = new SchemaRegistryClient({ baseURLs: [registryUrl] });
const serializer = new AvroSerializer(registry, SerdeType.VALUE, { useLatestVersion: true });
const deserializer = new AvroDeserializer(registry, SerdeType.VALUE, {});
const kafka = new Kafka({ clientId: 'topic-client-example', brokers, logLevel: logLevel.ERROR });

/** The same job id again is the same job: a submit may be repeated without harm. */
const jobId = process.env.MILLRACE_JOB_ID ?? `example-${randomUUID()}`;

/** Only `account`, `model` and `input` are required; every other field has a default. */
const request = {
  jobId,
  account,
  correlationId: 'topic-client-example',
  model,
  delivery: { stream: true },
  input: {
    [`${AVRO}ChatInput`]: {
      messages: [{ role: 'user', parts: [{ content: { [`${AVRO}TextPart`]: { text: prompt } } }] }],
    },
  },
};

/**
 * The rule every reader applies (docs/architecture.md): a lower (attempt, epoch) than the highest seen and a repeated seq are dropped;
 * the first terminal is the end. `restarted` means that what was printed before is void.
 */
function newFold() {
  const seen = { attempt: -1, epoch: -1, seq: -1, content: false };
  return (record) => {
    const order = record.attempt - seen.attempt || record.epoch - seen.epoch;
    if (record.verdict || order < 0 || (order === 0 && record.seq <= seen.seq)) {
      return { accepted: false, restarted: false };
    }
    const endsOnly = record.deltas.length === 0 && record.terminal && record.terminal.status !== 'COMPLETED';
    const restarted = order > 0 && seen.content && !endsOnly;
    Object.assign(seen, { attempt: record.attempt, epoch: record.epoch, seq: record.seq });
    seen.content = (seen.content && !restarted) || record.deltas.length > 0;
    return { accepted: true, restarted };
  };
}

// 1. Remember where the results end now: whatever the job writes comes after.
const admin = kafka.admin();
await admin.connect();
const ends = await admin.fetchTopicOffsets(RESULTS);
await admin.disconnect();

// 2. Submit. The key is the account, so that one router task sees everything about it.
const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, idempotent: true });
await producer.connect();
await producer.send({
  topic: REQUESTS,
  acks: -1,
  messages: [{ key: account, value: await serializer.serialize(REQUESTS, request) }],
});
await producer.disconnect();
console.error(`submitted ${jobId}`);

// 3. Read the results from there until the job's end.
const consumer = kafka.consumer({ groupId: `example-${randomUUID()}`, maxWaitTimeInMs: 100 });
await consumer.connect();
await consumer.subscribe({ topic: RESULTS });
const terminal = await new Promise((resolve, reject) => {
  const apply = newFold();
  consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
  consumer
    .run({
      autoCommit: false,
      eachMessage: async ({ message }) => {
        if (message.key?.toString() !== jobId) {
          return;
        }
        const record = await deserializer.deserialize(RESULTS, message.value);
        const { accepted, restarted } = apply(record);
        if (!accepted) {
          return;
        }
        if (restarted) {
          process.stdout.write('\n');
          console.error('restarted: what was printed before is void');
        }
        for (const delta of record.deltas) {
          process.stdout.write(delta.content[`${AVRO}TextDelta`]?.text ?? '');
        }
        if (record.terminal) {
          resolve(record.terminal);
        }
      },
    })
    .catch(reject);
  for (const { partition, high } of ends) {
    consumer.seek({ topic: RESULTS, partition, offset: high });
  }
});
process.stdout.write('\n');
console.error(`${terminal.status}, ${terminal.usage?.outputTokens ?? '?'} output tokens, cost ${terminal.costNanos} nano-dollars`);
if (terminal.error) {
  console.error(`${terminal.error.code}: ${terminal.error.message}`);
}
await consumer.disconnect();
process.exitCode = terminal.status === 'COMPLETED' ? 0 : 1;
