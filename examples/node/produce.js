// A producer of observations in Node: the same as ../kafka_produce.py, from the same schemas.
// usage: npm install && node produce.js FILE [HOST:PORT]
// A cluster that asks for passwords or certificates: as ../kafka_access.py says.
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Kafka, Partitioners, logLevel } from "kafkajs";

const [file, broker = "127.0.0.1:9092"] = process.argv.slice(2);
if (!file) {
  console.error("usage: node produce.js FILE [HOST:PORT]");
  process.exit(2);
}

if (!existsSync(file)) {
  console.error(`there is no file ${file}`);
  process.exit(2);
}

// Memory's own settings of Kafka, from the environment.
function access() {
  const told = (name) => process.env[`ANAMNESIS_KAFKA_${name}`];
  const read = (name) => (told(name) ? readFileSync(told(name)) : undefined);
  const security = told("SECURITY") ?? "PLAINTEXT";
  return {
    ssl: security.endsWith("SSL") ? { ca: read("CA"), cert: read("CERT"), key: read("KEY") } : false,
    sasl: security.startsWith("SASL")
      ? {
          mechanism: (told("MECHANISM") ?? "SCRAM-SHA-512").toLowerCase(),
          username: told("USER"),
          password: told("PASSWORD"),
        }
      : undefined,
  };
}

function recordOf(line, number) {
  let observation = {};
  try {
    observation = JSON.parse(line);
  } catch {}
  for (const name of ["space", "id", "kind", "at"]) {
    if (typeof observation?.[name] !== "string") {
      console.error(`line ${number} has no ${name}`);
      process.exit(2);
    }
  }
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

const producer = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING, ...access() }).producer({
  createPartitioner: Partitioners.DefaultPartitioner, // murmur2, as memory expects
  idempotent: true,
  maxInFlightRequests: 1, // a space's observations keep their order
});
const failed = (error) => {
  console.error(`Kafka at ${broker}: ${error.message}`);
  process.exit(4);
};
await producer.connect().catch(failed);
let count = 0;
let number = 0;
let messages = [];
async function send() {
  if (messages.length) {
    await producer.send({ topic: "anamnesis.observations", acks: -1, messages }).catch(failed);
    count += messages.length;
    messages = [];
  }
}
for await (const line of createInterface({ input: createReadStream(file) })) {
  number += 1;
  if (line.trim()) messages.push(recordOf(line.trim(), number));
  if (messages.length === 100) await send();
}
await send();
await producer.disconnect();
console.log(`${count} published`);
