// The official OpenAI client for Node works with nothing but another base URL.
// MILLRACE_URL, MILLRACE_API_KEY: the running system. MILLRACE_SCRIPTS: members of calls that tell the built-in vendor what to do, by name, JSON.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';

const baseURL = `${process.env.MILLRACE_URL}/v1`;
const apiKey = process.env.MILLRACE_API_KEY;
const scripts = JSON.parse(process.env.MILLRACE_SCRIPTS);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0, timeout: 30_000 });

const call = (more = {}) => ({
  model: 'local/echo',
  messages: [{ role: 'user', content: 'Count the sacks of flour: one, two, three, four, five, six.' }],
  ...more,
});
const scripted = (name, more = {}) => call({ ...scripts[name], ...more });
const timeout = 60_000;

async function collect(stream) {
  const chunks = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
  }
  return chunks;
}
const text = (chunks) => chunks.map((chunk) => chunk.choices[0]?.delta?.content ?? '').join('');

async function settledStatus(jobId) {
  for (let tries = 0; tries < 150; tries++) {
    const response = await fetch(`${baseURL}/jobs/${jobId}`, { headers: { authorization: `Bearer ${apiKey}` } });
    const { status } = await response.json();
    if (status !== 'running' && status !== 'queued') {
      return status;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return 'still running';
}

test('streams the same text that it answers whole', { timeout }, async () => {
  const whole = await client.chat.completions.create(call());
  const chunks = await collect(
    await client.chat.completions.create(call({ stream: true, stream_options: { include_usage: true } })),
  );
  assert.match(whole.choices[0].message.content, /sacks of flour/);
  assert.equal(text(chunks), whole.choices[0].message.content);
  assert.equal(whole.choices[0].finish_reason, 'stop');
  const last = chunks.at(-1);
  assert.deepEqual(last.choices, []);
  assert.equal(last.usage.total_tokens, last.usage.prompt_tokens + last.usage.completion_tokens);
  assert.deepEqual(last.usage, whole.usage);
});

test('leaves usage out of the stream unless asked', { timeout }, async () => {
  const chunks = await collect(await client.chat.completions.create(call({ stream: true })));
  assert.ok(chunks.length > 3);
  assert.ok(chunks.every((chunk) => !chunk.usage && chunk.choices.length > 0));
});

test('accumulates the stream with the helper of the client', { timeout }, async () => {
  const whole = await client.chat.completions.create(call());
  const runner = client.chat.completions.stream(call());
  assert.equal(await runner.finalContent(), whole.choices[0].message.content);
});

test('calls a tool', { timeout }, async () => {
  const parameters = { type: 'object', properties: { city: { type: 'string' } } };
  const asking = call({
    model: 'local/tools',
    tools: [{ type: 'function', function: { name: 'get_weather', parameters } }],
  });
  const whole = await client.chat.completions.create(asking);
  const streamed = await client.chat.completions.stream(asking).finalChatCompletion();
  for (const completion of [whole, streamed]) {
    const [choice] = completion.choices;
    assert.equal(choice.finish_reason, 'tool_calls');
    assert.equal(choice.message.tool_calls.length, 1);
    const [{ id, function: called }] = choice.message.tool_calls;
    assert.ok(id);
    assert.equal(called.name, 'get_weather');
    assert.equal(typeof JSON.parse(called.arguments).city, 'string');
  }
});

test('names the unknown model in a not-found', { timeout }, async () => {
  await assert.rejects(client.chat.completions.create(call({ model: 'gpt-4o-minny' })), (problem) => {
    assert.ok(problem instanceof OpenAI.NotFoundError);
    assert.equal(problem.code, 'model_not_found');
    assert.equal(problem.param, 'model');
    assert.match(problem.message, /gpt-4o-mini/);
    return true;
  });
});

test('refuses a wrong key', { timeout }, async () => {
  const stranger = new OpenAI({ baseURL, apiKey: 'sk-not-one-of-ours', maxRetries: 0 });
  await assert.rejects(stranger.chat.completions.create(call()), OpenAI.AuthenticationError);
});

test('names the member that is wrong', { timeout }, async () => {
  await assert.rejects(client.chat.completions.create(call({ temperature: 'warm' })), (problem) => {
    assert.ok(problem instanceof OpenAI.BadRequestError);
    assert.equal(problem.param, 'temperature');
    return true;
  });
});

test('ends a broken stream in an error and not in silence', { timeout }, async () => {
  const stream = await client.chat.completions.create(scripted('truncate', { stream: true }));
  await assert.rejects(collect(stream), (problem) => {
    assert.ok(problem instanceof OpenAI.APIError);
    assert.equal(problem.code, 'stream_truncated');
    return true;
  });
});

test('tries again when the vendor fails first', { timeout }, async () => {
  const { data, response } = await client.chat.completions.create(scripted('failingOnce')).withResponse();
  assert.equal(response.headers.get('millrace-attempts'), '2');
  assert.ok(data.choices[0].message.content);
});

for (const [policy, end] of [
  ['finish', 'completed'],
  ['cancel', 'cancelled'],
]) {
  test(`an aborted stream with on_disconnect ${policy} leaves a ${end} job`, { timeout }, async () => {
    const abort = new AbortController();
    const { data: stream, response } = await client.chat.completions
      .create(scripted('paced', { stream: true, millrace: { on_disconnect: policy } }), { signal: abort.signal })
      .withResponse();
    let seen = 0;
    for await (const chunk of stream) {
      assert.ok(chunk.id);
      if (++seen === 3) {
        abort.abort();
      }
    }
    assert.ok(seen < 20, `saw ${seen} chunks after the abort`);
    assert.equal(await settledStatus(response.headers.get('millrace-job-id')), end);
  });
}

test('lists the models', { timeout }, async () => {
  const ids = (await collect(await client.models.list())).map((model) => model.id);
  assert.ok(ids.includes('local/echo'));
  assert.ok(ids.includes('openai/gpt-4o-mini'));
});
