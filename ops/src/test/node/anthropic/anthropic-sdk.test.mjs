// The official Anthropic client for Node works with nothing but another base URL.
// MILLRACE_URL, MILLRACE_API_KEY: the running system, where providers recorded-anthropic-* answer as Anthropic did.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';

const baseURL = process.env.MILLRACE_URL;
const apiKey = process.env.MILLRACE_API_KEY;
const client = new Anthropic({ baseURL, apiKey, maxRetries: 0, timeout: 30_000 });

const call = (model, more = {}) => ({
  model,
  max_tokens: 500,
  messages: [{ role: 'user', content: 'Count the sacks of flour: one, two, three, four, five, six.' }],
  ...more,
});
const text = (message) => message.content.map((block) => block.text ?? '').join('');
const streamed = (params) => client.messages.stream(params).finalMessage();
const timeout = 60_000;

test('streams the same text that it answers whole', { timeout }, async () => {
  const whole = await client.messages.create(call('local/echo'));
  const stream = await streamed(call('local/echo'));
  assert.match(text(whole), /sacks of flour/);
  assert.equal(text(stream), text(whole));
  assert.equal(stream.stop_reason, 'end_turn');
  assert.equal(stream.usage.output_tokens, whole.usage.output_tokens);
  assert.equal(stream.usage.input_tokens, whole.usage.input_tokens);
  assert.ok(stream.usage.input_tokens > 0);
});

test('calls a tool of a vendor that speaks otherwise', { timeout }, async () => {
  const schema = { type: 'object', properties: { city: { type: 'string' } } };
  const params = call('local/tools', { tools: [{ name: 'get_weather', input_schema: schema }] });
  for (const message of [await client.messages.create(params), await streamed(params)]) {
    const use = message.content.find((block) => block.type === 'tool_use');
    assert.equal(message.stop_reason, 'tool_use');
    assert.equal(use.name, 'get_weather');
    assert.equal(typeof use.input.city, 'string');
  }
});

test('gives back what Anthropic streamed: text, parallel tools, signed thinking', { timeout }, async () => {
  assert.equal(text(await streamed(call('recorded-anthropic-text/any'))), '1\n2\n3');
  const tools = await streamed(call('recorded-anthropic-tools/any'));
  const uses = tools.content.filter((block) => block.type === 'tool_use');
  assert.deepEqual(uses.map((use) => [use.name, use.input]), [['add', { a: 2, b: 3 }], ['multiply', { a: 2, b: 3 }]]);
  const thinking = await streamed(call('recorded-anthropic-thinking/any'));
  assert.equal(thinking.content[0].type, 'thinking');
  assert.ok(thinking.content[0].signature.length > 100);
  assert.equal(thinking.usage.output_tokens, 638);
});

test('gives back the citations of a whole message', { timeout }, async () => {
  const message = await client.messages.create(call('recorded-anthropic-citations/any'));
  assert.match(message.content[0].citations[0].cited_text, /Yukihiro Matsumoto/);
});

test("answers errors in Anthropic's shape", { timeout }, async () => {
  await assert.rejects(client.messages.create(call('claude-nothing')), (problem) => {
    assert.ok(problem instanceof Anthropic.NotFoundError);
    assert.equal(problem.error.error.type, 'not_found_error');
    return true;
  });
  await assert.rejects(client.messages.create(call('local/echo', { temperature: 99 })), Anthropic.BadRequestError);
  const stranger = new Anthropic({ baseURL, apiKey: `mrk_${'0'.repeat(16)}_${'0'.repeat(64)}_00000000`, maxRetries: 0 });
  await assert.rejects(stranger.messages.create(call('local/echo')), Anthropic.AuthenticationError);
});

test('ends a broken stream in an error and not in silence', { timeout }, async () => {
  const params = call('local/echo', { local: { fail: 'truncate', gap_millis: 1 } });
  await assert.rejects(streamed(params), Anthropic.APIError);
});

test('counts tokens', { timeout }, async () => {
  const { model, messages } = call('local/echo');
  const counted = await client.messages.countTokens({ model, messages });
  assert.ok(counted.input_tokens >= 10 && counted.input_tokens <= 40, `${counted.input_tokens}`);
});
