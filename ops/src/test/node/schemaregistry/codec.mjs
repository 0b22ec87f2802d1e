// One value through Confluent's own Avro (de)serialiser for JavaScript; nothing of Millrace.
//
//   node codec.mjs encode <registry url> <topic>    JSON on stdin  -> wire format on stdout
//   node codec.mjs decode <registry url> <topic>    wire format on stdin -> JSON on stdout

import { buffer, text } from 'node:stream/consumers';
import { AvroDeserializer, AvroSerializer, SchemaRegistryClient, SerdeType } from '@confluentinc/schemaregistry';

const [operation, registryUrl, topic] = process.argv.slice(2);
const registry = new SchemaRegistryClient({ baseURLs: [registryUrl] });

/** Bytes as base64, integers beyond 2^53 as text. */
const plain = (_, value) => {
  if (value?.type === 'Buffer') {
    return Buffer.from(value.data).toString('base64');
  }
  return typeof value === 'bigint' ? value.toString() : value;
};

switch (operation) {
  case 'encode': {
    const serializer = new AvroSerializer(registry, SerdeType.VALUE, { autoRegisterSchemas: false, useLatestVersion: true });
    process.stdout.write(await serializer.serialize(topic, JSON.parse(await text(process.stdin))));
    break;
  }
  case 'decode': {
    const deserializer = new AvroDeserializer(registry, SerdeType.VALUE, {});
    process.stdout.write(JSON.stringify(await deserializer.deserialize(topic, await buffer(process.stdin)), plain));
    break;
  }
  default:
    throw new Error(`no operation ${operation}`);
}
