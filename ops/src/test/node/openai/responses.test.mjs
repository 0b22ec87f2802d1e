// The Responses API through the official client: streamed, whole, with tools, in the background, resumed, cancelled, continued.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: `${process.env.MILLRACE_URL}/v1`,
  apiKey: process.env.MILLRACE_API_KEY,
  maxRetries: 0,
  timeout: 30_000,
});
const scripts = JSON.parse(process.env.MILLRACE_SCRIPTS);
const input = 'Count the sacks of flour: one, two, three, four, five, six.';
const timeout = 60_000;

async function collect(stream) {
  const events = [];
  for await (const event of stream) {
    events.push(event);
  }
  return events;
}
const deltas = (events) =>
  events.filter((event) => event.type === 'response.output_text.delta').map((event) => event.delta).join('');

test('responses: streams the same text that it answers whole', { timeout }, async () => {
  const whole = await client.responses.create({ model: 'local/echo', input });
  const events = await collect(await client.responses.create({ model: 'local/echo', input, stream: true }));
  assert.match(whole.output_text, /sacks of flour/);
  assert.equal(whole.status, 'completed');
  assert.equal(deltas(events), whole.output_text);
  assert.deepEqual(events.map((event) => event.sequence_number), events.map((_, i) => i));
  const last = events.at(-1);
  assert.equal(last.type, 'response.completed');
  assert.equal(last.response.usage.total_tokens, whole.usage.total_tokens);
});

test('responses: calls a tool and takes its result', { timeout }, async () => {
  const tools = [
    { type: 'function', name: 'get_weather', strict: false, parameters: { type: 'object', properties: { city: { type: 'string' } } } },
  ];
  const first = await client.responses.create({ model: 'local/tools', input: 'Weather?', tools });
  const call = first.output.find((item) => item.type === 'function_call');
  assert.equal(call.name, 'get_weather');
  assert.equal(typeof JSON.parse(call.arguments), 'object');
  const second = await client.responses.create({
    model: 'local/echo',
    input: [
      { role: 'user', content: 'Weather?' },
      ...first.output,
      { type: 'function_call_output', call_id: call.call_id, output: 'sunny' },
      { role: 'user', content: 'Say it.' },
    ],
  });
  assert.equal(second.status, 'completed');
});

test('responses: goes on from an earlier response and says when it cannot', { timeout }, async () => {
  const first = await client.responses.create({ model: 'local/echo', input: 'Remember the sacks.' });
  const second = await client.responses.create({ model: 'local/echo', input: 'And now?', previous_response_id: first.id });
  assert.equal(second.previous_response_id, first.id);
  assert.equal(second.status, 'completed');
  await assert.rejects(
    client.responses.create({ model: 'local/echo', input: 'x', previous_response_id: 'resp_job_00000000000000000000000000_0' }),
    (error) => error.status >= 400 && /previous_response_id/.test(error.message),
  );
  await assert.rejects(client.responses.create({ model: 'local/echo', input: 'x', conversation: 'conv_1' }), (error) => {
    assert.equal(error.status, 400);
    assert.equal(error.param, 'conversation');
    return true;
  });
});

test('responses: runs in the background, is resumed after any event, and is cancelled', { timeout }, async () => {
  const { model, ...script } = scripts.paced;
  const begun = await client.responses.create({ model, input, background: true, ...script });
  assert.equal(begun.status, 'queued');
  const events = await collect(await client.responses.retrieve(begun.id, { stream: true }));
  assert.equal(events.at(-1).type, 'response.completed');
  const rest = await collect(await client.responses.retrieve(begun.id, { stream: true, starting_after: 9 }));
  assert.deepEqual(rest, events.slice(10));
  const whole = await client.responses.retrieve(begun.id);
  assert.equal(whole.output_text, deltas(events));
  assert.deepEqual(whole, { ...events.at(-1).response, output_text: whole.output_text });
  const other = await client.responses.create({ model, input, background: true, ...script });
  const cancelled = await client.responses.cancel(other.id);
  assert.equal(cancelled.status, 'cancelled');
});

test('responses: ends a broken stream in an error', { timeout }, async () => {
  const { model, ...script } = scripts.truncate;
  await assert.rejects(async () => collect(await client.responses.create({ model, input, stream: true, ...script })));
});
