// A producer of observations in Node: the same as ../kafka_produce.py, from the same schemas.
// usage: npm install && node produce.js FILE [HOST:PORT]
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { Kafka, Partitioners, logLevel } from "kafkajs";

const [file, broker = "127.0.0.1:9092"] = process.argv.slice(2);
if (!file) {
  console.error("usage: node produce.js FILE [HOST:PORT]");
  process.exit(2);
}

function recordOf(line) {
  const observation = JSON.parse(line);
  return {
    key: observation.space,
    value: line,
    headers: {
      ce_specversion: "1.0",
      ce_id: `${observation.space}/${observation.id}`,
      ce_type: `${observation.kind}.v1`,
      ce_source: "urn:example:node",
      ce_time: observation.at,
      ce_partitionkey: observation.space,
      "content-type": "application/json",
    },
  };
}

const producer = new Kafka({ brokers: [broker], logLevel: logLevel.ERROR }).producer({
  createPartitioner: Partitioners.DefaultPartitioner, // murmur2, as memory expects
  idempotent: true,
  maxInFlightRequests: 1, // a space's observations keep their order
});
await producer.connect();
let count = 0;
let messages = [];
async function send() {
  if (messages.length) {
    await producer.send({ topic: "anamnesis.observations", acks: -1, messages });
    count += messages.length;
    messages = [];
  }
}
for await (const line of createInterface({ input: createReadStream(file) })) {
  if (line.trim()) messages.push(recordOf(line.trim()));
  if (messages.length === 100) await send();
}
await send();
await producer.disconnect();
console.log(`${count} published`);
