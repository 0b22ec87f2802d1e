// Vercel's SDK with its own provider packages works with nothing but another base URL.
// MILLRACE_URL, MILLRACE_API_KEY: the running system.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { createXai } from '@ai-sdk/xai';
import { embedMany, generateText, streamText, tool } from 'ai';
import { z } from 'zod';

const url = process.env.MILLRACE_URL;
const apiKey = process.env.MILLRACE_API_KEY;
const baseURL = `${url}/v1`;
const openai = createOpenAI({ baseURL, apiKey });
const compatible = createOpenAICompatible({ name: 'millrace', baseURL, apiKey, includeUsage: true });
const google = createGoogleGenerativeAI({ baseURL: `${url}/v1beta/models`, apiKey });
const anthropic = createAnthropic({ baseURL, apiKey });
const xai = createXai({ baseURL, apiKey });

const models = {
  'openai, responses': openai,
  'openai, chat': openai.chat,
  'openai-compatible': compatible,
  anthropic,
  google,
  xai,
};
const prompt = 'Count the sacks of flour: one, two, three, four, five, six.';
const timeout = 60_000;
const tools = {
  get_weather: tool({ description: 'Weather', inputSchema: z.object({ city: z.string() }) }),
};

for (const [name, model] of Object.entries(models)) {
  test(`${name}: streams the same text that it generates`, { timeout }, async () => {
    const whole = await generateText({ model: model('local/echo'), prompt, maxRetries: 0 });
    const stream = streamText({ model: model('local/echo'), prompt, maxRetries: 0 });
    let text = '';
    for await (const piece of stream.textStream) {
      text += piece;
    }
    assert.match(whole.text, /sacks of flour/);
    assert.equal(text, whole.text);
    assert.equal(whole.finishReason, 'stop');
    assert.ok(whole.usage.inputTokens > 0 && whole.usage.outputTokens > 0);
    assert.deepEqual((await stream.usage).outputTokens, whole.usage.outputTokens);
  });

  test(`${name}: calls a tool`, { timeout }, async () => {
    const whole = await generateText({ model: model('local/tools'), prompt, tools, maxRetries: 0 });
    assert.equal(whole.finishReason, 'tool-calls');
    assert.equal(whole.toolCalls[0].toolName, 'get_weather');
    assert.equal(typeof whole.toolCalls[0].input.city, 'string');
  });
}

test('openai: embeds', { timeout }, async () => {
  const { embeddings } = await embedMany({
    model: openai.embedding('native/all-minilm-l6-v2'),
    values: ['a mill', 'a river'],
    maxRetries: 0,
  });
  assert.equal(embeddings.length, 2);
  assert.equal(embeddings[0].length, 384);
});
