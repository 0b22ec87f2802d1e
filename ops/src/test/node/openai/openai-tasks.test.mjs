// The official OpenAI client for Node: everything that is no conversation, with the built-in vendor behind it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI, { toFile } from 'openai';

const client = new OpenAI({
  baseURL: `${process.env.MILLRACE_URL}/v1`,
  apiKey: process.env.MILLRACE_API_KEY,
  maxRetries: 0,
  timeout: 30_000,
});
const timeout = 60_000;
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC', 'base64');

/** A WAV file that is no tone, larger than what travels in a record. */
function recording(bytes) {
  const wav = Buffer.alloc(bytes);
  wav.write('RIFF', 0);
  wav.write('WAVEfmt ', 8);
  return wav;
}

test('embeds texts, the same ones the same way', { timeout }, async () => {
  const embeddings = await client.embeddings.create({ model: 'local/embed', input: ['a sack', 'a mill', 'a sack'], dimensions: 16 });
  const vectors = embeddings.data.map((item) => item.embedding);
  assert.equal(vectors.length, 3);
  assert.equal(vectors[0].length, 16);
  assert.deepEqual(vectors[0], vectors[2]);
  assert.notDeepEqual(vectors[0], vectors[1]);
  const length = Math.hypot(...vectors[0]);
  assert.ok(Math.abs(length - 1) < 1e-5, `length ${length}`);
  assert.ok(embeddings.usage.prompt_tokens > 0);
});

test('makes images and edits them', { timeout }, async () => {
  const made = await client.images.generate({ model: 'local/image', prompt: 'a mill', n: 2 });
  assert.equal(made.data.length, 2);
  const picture = Buffer.from(made.data[0].b64_json, 'base64');
  assert.equal(picture.subarray(1, 4).toString(), 'PNG');
  const edited = await client.images.edit({
    model: 'local/image',
    prompt: 'a hat',
    image: [await toFile(png, 'a.png', { type: 'image/png' })],
  });
  assert.equal(Buffer.from(edited.data[0].b64_json, 'base64').subarray(1, 4).toString(), 'PNG');
});

test('streams images', { timeout }, async () => {
  const types = [];
  const stream = await client.images.generate({ model: 'local/image', prompt: 'a mill', stream: true, partial_images: 1 });
  for await (const event of stream) {
    types.push(event.type);
    assert.ok(event.b64_json.length > 100);
  }
  assert.deepEqual(types, ['image_generation.partial_image', 'image_generation.completed']);
});

test('speaks', { timeout }, async () => {
  const response = await client.audio.speech.create({ model: 'local/speech', voice: 'alloy', input: 'one two three', response_format: 'wav' });
  const wav = Buffer.from(await response.arrayBuffer());
  assert.equal(wav.subarray(0, 4).toString(), 'RIFF');
  assert.equal(wav.length, 44 + 2 * 2400);
});

test('transcribes, also what is too large for a record, and in every form', { timeout }, async () => {
  const file = () => toFile(recording(700_000), 'a.wav', { type: 'audio/wav' });
  const json = await client.audio.transcriptions.create({ model: 'local/transcribe', file: await file() });
  assert.match(json.text, /a recording of 700000 bytes/);
  const verbose = await client.audio.transcriptions.create({
    model: 'local/transcribe',
    file: await file(),
    response_format: 'verbose_json',
    timestamp_granularities: ['word'],
  });
  assert.equal(verbose.text, json.text);
  assert.equal(verbose.words[0].word, 'a');
  const text = await client.audio.transcriptions.create({ model: 'local/transcribe', file: await file(), response_format: 'text' });
  assert.equal(text.trim(), json.text);
  let streamed = '';
  for await (const event of await client.audio.transcriptions.create({ model: 'local/transcribe', file: await file(), stream: true })) {
    streamed += event.type === 'transcript.text.delta' ? event.delta : '';
  }
  assert.equal(streamed, json.text);
});

test('moderates', { timeout }, async () => {
  const moderation = await client.moderations.create({ model: 'local/moderate', input: ['a sack of flour', 'I will attack'] });
  assert.deepEqual(moderation.results.map((result) => result.flagged), [false, true]);
  assert.equal(moderation.results[1].categories.violence, true);
});

test('completes texts', { timeout }, async () => {
  const completion = await client.completions.create({ model: 'local/text', prompt: 'one two' });
  assert.equal(completion.choices[0].text, 'one two');
  let streamed = '';
  for await (const chunk of await client.completions.create({ model: 'local/text', prompt: 'one two', stream: true })) {
    streamed += chunk.choices[0]?.text ?? '';
  }
  assert.equal(streamed, 'one two');
});

test('keeps files, and takes them by their ids', { timeout }, async () => {
  const data = recording(1_200_000);
  const file = await client.files.create({ file: await toFile(data, 'a.wav', { type: 'audio/wav' }), purpose: 'user_data' });
  assert.equal(file.bytes, data.length);
  let listed = [];
  for (let tries = 0; tries < 50 && !listed.includes(file.id); tries++) {
    listed = (await client.files.list()).data.map((one) => one.id);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.ok(listed.includes(file.id));
  const content = Buffer.from(await (await client.files.content(file.id)).arrayBuffer());
  assert.equal(Buffer.compare(content, data), 0);
  const transcript = await client.post('/audio/transcriptions', { body: { model: 'local/transcribe', file_id: file.id } });
  assert.match(transcript.text, /a recording of 1200000 bytes/);
  assert.equal((await client.files.delete(file.id)).deleted, true);
});

test('makes a video in the background', { timeout }, async () => {
  let video = await client.videos.create({ model: 'local/video', prompt: 'waves' });
  assert.equal(video.status, 'queued');
  for (let tries = 0; tries < 150 && video.status !== 'completed'; tries++) {
    assert.notEqual(video.status, 'failed', JSON.stringify(video));
    await new Promise((resolve) => setTimeout(resolve, 200));
    video = await client.videos.retrieve(video.id);
  }
  assert.equal(video.status, 'completed');
  const film = Buffer.from(await (await client.videos.downloadContent(video.id)).arrayBuffer());
  assert.equal(film.subarray(1, 4).toString(), 'PNG');
});

test('ranks', { timeout }, async () => {
  const ranking = await client.post('/rerank', {
    body: { model: 'local/rerank', query: 'flour mill', documents: ['a horse', 'the mill', 'a flour mill'], top_n: 2, return_documents: true },
  });
  assert.deepEqual(ranking.results.map((result) => result.index), [2, 1]);
  assert.equal(ranking.results[0].document.text, 'a flour mill');
});

test('refuses what is wrong, by name', { timeout }, async () => {
  const text = await toFile(png, 'a.wav', { type: 'audio/wav' });
  await assert.rejects(client.audio.transcriptions.create({ model: 'local/transcribe', file: text }), (error) => error.status === 400 && error.param === 'file');
  await assert.rejects(client.embeddings.create({ model: 'local/image', input: 'x' }), (error) => error.status === 400 && error.param === 'model');
  await assert.rejects(client.files.retrieve('file_none'), (error) => error.status === 404);
});
