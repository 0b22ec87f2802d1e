// Google's official client for Node works with nothing but another base URL.
// MILLRACE_URL, MILLRACE_API_KEY: the running system, with recorded answers of Gemini behind the provider `recorded`.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError, GoogleGenAI } from '@google/genai';

const baseUrl = process.env.MILLRACE_URL;
const client = (apiKey) => new GoogleGenAI({ apiKey, httpOptions: { baseUrl, timeout: 30_000 } });
const ai = client(process.env.MILLRACE_API_KEY);
const contents = 'Count the sacks of flour: one, two, three, four, five, six.';
const timeout = 60_000;

async function collect(stream) {
  const chunks = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
  }
  return chunks;
}
const text = (chunks) => chunks.map((chunk) => chunk.text ?? '').join('');

test('streams the same text that it answers whole', { timeout }, async () => {
  const whole = await ai.models.generateContent({ model: 'local/echo', contents });
  const chunks = await collect(await ai.models.generateContentStream({ model: 'local/echo', contents }));
  assert.match(whole.text, /sacks of flour/);
  assert.equal(text(chunks), whole.text);
  assert.ok(chunks.length > 3);
  assert.equal(whole.candidates[0].finishReason, 'STOP');
  assert.equal(chunks.at(-1).candidates[0].finishReason, 'STOP');
  assert.deepEqual(chunks.at(-1).usageMetadata, whole.usageMetadata);
  assert.ok(whole.usageMetadata.totalTokenCount > 0);
});

test('calls a tool of another dialect', { timeout }, async () => {
  const functionDeclarations = [
    { name: 'get_weather', parametersJsonSchema: { type: 'object', properties: { city: { type: 'string' } } } },
  ];
  const call = { model: 'local/tools', contents, config: { tools: [{ functionDeclarations }] } };
  const whole = await ai.models.generateContent(call);
  const chunks = await collect(await ai.models.generateContentStream(call));
  const streamed = chunks.flatMap((chunk) => chunk.functionCalls ?? []);
  for (const calls of [whole.functionCalls, streamed]) {
    assert.equal(calls.length, 1);
    assert.equal(calls[0].name, 'get_weather');
    assert.equal(typeof calls[0].args.city, 'string');
  }
});

test('tells a recorded stream with thoughts and signatures', { timeout }, async () => {
  const chunks = await collect(
    await ai.models.generateContentStream({ model: 'recorded/thinking', contents, config: { thinkingConfig: { includeThoughts: true } } }),
  );
  const parts = chunks.flatMap((chunk) => chunk.candidates?.[0]?.content?.parts ?? []);
  assert.ok(parts.some((part) => part.thought && part.text));
  assert.ok(parts.some((part) => part.thoughtSignature));
  assert.equal(chunks.at(-1).usageMetadata.thoughtsTokenCount, 902);
});

test('tells recorded calls, whole and streamed', { timeout }, async () => {
  const functionDeclarations = ['add', 'multiply'].map((name) => ({ name, parametersJsonSchema: { type: 'object' } }));
  const call = { model: 'recorded/tools', contents, config: { tools: [{ functionDeclarations }] } };
  const chunks = await collect(await ai.models.generateContentStream(call));
  const calls = chunks.flatMap((chunk) => chunk.functionCalls ?? []);
  assert.deepEqual(calls.map((it) => it.name), ['add', 'multiply']);
  assert.deepEqual(calls[0].args, { a: 2, b: 3 });
});

test('embeds', { timeout }, async () => {
  const answer = await ai.models.embedContent({ model: 'recorded/embedding', contents: ['wheel'], config: { outputDimensionality: 768 } });
  assert.equal(answer.embeddings.length, 1);
  assert.equal(answer.embeddings[0].values.length, 768);
});

test('counts tokens', { timeout }, async () => {
  const answer = await ai.models.countTokens({ model: 'local/echo', contents });
  assert.ok(answer.totalTokens > 5);
});

test('lists models, page after page', { timeout }, async () => {
  // Below /v1 the list is OpenAI's.
  const httpOptions = { baseUrl, timeout: 30_000, apiVersion: 'v1beta' };
  const beta = new GoogleGenAI({ apiKey: process.env.MILLRACE_API_KEY, httpOptions });
  const names = [];
  for await (const model of await beta.models.list({ config: { pageSize: 200 } })) {
    names.push(model.name);
  }
  assert.ok(names.length > 300);
  assert.equal(new Set(names).size, names.length);
  assert.ok(names.includes('models/local/echo'));
  const one = await beta.models.get({ model: 'gemini-2.5-flash' });
  assert.ok(one.inputTokenLimit > 100_000);
});

test('gives a recorded picture', { timeout }, async () => {
  const answer = await ai.models.generateContent({ model: 'recorded/picture', contents });
  const media = answer.candidates[0].content.parts.filter((part) => part.inlineData);
  assert.equal(media[0].inlineData.mimeType, 'image/png');
  assert.ok(media[0].inlineData.data.length > 20);
});

test('names the unknown model in a not-found', { timeout }, async () => {
  await assert.rejects(ai.models.generateContent({ model: 'gemini-2.5-flsh', contents }), (error) => {
    assert.ok(error instanceof ApiError);
    assert.equal(error.status, 404);
    assert.match(error.message, /NOT_FOUND/);
    return true;
  });
});

test('refuses a wrong key', { timeout }, async () => {
  const wrong = client('mrk_0000000000000000_' + '0'.repeat(64) + '_00000000');
  await assert.rejects(wrong.models.generateContent({ model: 'local/echo', contents }), (error) => error.status === 401);
});

test('ends a broken stream in an error and not in silence', { timeout }, async () => {
  const stream = await ai.models.generateContentStream({ model: 'recorded/cut', contents });
  await assert.rejects(collect(stream), (error) => error instanceof ApiError);
});
