import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { pack, report, Train, unpack } from "../../signalling/static/signalling/train.js";

const hex = (/** @type {ArrayBuffer} */ buffer) => Buffer.from(buffer).toString("hex");

test("a datagram has the layout that the media process reads", () => {
  // struct.pack("!BBHIdIdd", 1, 1, 0, 7, 1.5, 3, 2.5, 0.25).hex()
  const bytes = "0101000000000007" + "3ff8000000000000" + "00000003" + "4004000000000000" + "3fd0000000000000";
  assert.equal(hex(pack({ number: 7, clock: 1.5, seen: { number: 3, clock: 2.5 }, held: 0.25 }, 36)), bytes);
});

test("before anything was heard a datagram says so, and it is padded to its size", () => {
  const buffer = pack({ number: 0, clock: 0, seen: null, held: 9 }, 200);
  assert.equal(buffer.byteLength, 200);
  assert.equal(new DataView(buffer).getUint32(16), 0xffffffff);
  assert.equal(new DataView(buffer).getFloat64(28), 0);
});

test("only a datagram from the media process is counted", () => {
  assert.equal(unpack(pack({ number: 7, clock: 1.5, seen: null, held: 0 }, 36)), null);
  assert.equal(unpack(new ArrayBuffer(8)), null);
});

test("the report is one pair of number and time for each arrival", () => {
  // struct.pack("!Id", 5, 12.5).hex()
  assert.equal(hex(report([{ number: 5, at: 12.5 }])), "00000005" + "4029000000000000");
});

test("a train runs at its pace, says how long it was, and reports when it is told to stop", () => {
  mock.timers.enable({ apis: ["setInterval"] });
  let now = 0;
  const train = new Train(() => now);
  /** @param {string} label @returns {any} */
  const channel = (label) => ({ label, readyState: "open", sent: [], send(/** @type {any} */ data) { this.sent.push(data); } });
  const [datagrams, reports] = [channel("train"), channel("report")];
  train.take(datagrams);
  train.take(reports);
  reports.onmessage({ data: JSON.stringify({ type: "start", count: 3, interval_ms: 20, size: 40 }) });
  mock.timers.tick(40);
  assert.equal(datagrams.sent.length, 2);
  now = 55;
  const down = pack({ number: 1, clock: 3, seen: null, held: 0 }, 36);
  new DataView(down).setUint8(1, 2);
  datagrams.onmessage({ data: down });
  now = 60;
  mock.timers.tick(100);
  assert.equal(datagrams.sent.length, 3);
  assert.equal(new DataView(datagrams.sent[2]).getFloat64(28), 5);
  assert.deepEqual(reports.sent, ['{"type":"sent","count":3}']);
  reports.onmessage({ data: '{"type":"stop"}' });
  assert.equal(hex(reports.sent[1]), hex(report([{ number: 1, at: 55 }])));
  mock.timers.reset();
});

test("told to fill the line it does, and says what its transport counted", async () => {
  const train = new Train(() => 0, async ({ seconds, kbps }) => [[seconds, kbps, 0, 0, 0]]);
  /** @type {any} */
  const reports = { label: "report", readyState: "open", sent: [], send(/** @type {any} */ data) { this.sent.push(data); } };
  train.take(reports);
  reports.onmessage({ data: '{"type":"fill","seconds":1,"kbps":4000}' });
  await Promise.resolve();
  await Promise.resolve();
  assert.deepEqual(reports.sent, ['{"type":"filled","carried":[[1,4000,0,0,0]]}']);
});
