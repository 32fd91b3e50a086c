// Clients for one server: opens what it is told on its first line, then answers "run SECONDS RATE" and "hold" lines.
// A window says how many messages were sent and delivered, and how long they took, in ms of this process's own clock.

import { createInterface } from "node:readline";
import WebSocket from "ws";

/** @typedef {{url: string, headers: Record<string, string>, room: number, id: string}} Client */

const told = (/** @type {unknown} */ value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const next = async () => (await lines.next()).value;
const { speech, clients } = JSON.parse(await next());

/** How each server is spoken to: the first frame, and a frame of news. */
const SPEECH = {
  house: {
    hello: () => '{"type":"hello","version":1}',
    own: (/** @type {any} */ heard, /** @type {Client} */ client) => (heard.type === "welcome" ? heard.seat : client.id),
    news: (/** @type {number} */ number) => [`{"type":"mute","audio":${number % 2 === 0},"video":true}`],
    heard: (/** @type {any} */ heard) => heard.type === "muted" && heard,
  },
  relay: {
    hello: (/** @type {Client} */ client) => JSON.stringify({ type: "hello", version: 1, seat: client.id, room: client.room }),
    own: (/** @type {any} */ _heard, /** @type {Client} */ client) => client.id,
    news: (/** @type {number} */ number) => [`{"type":"mute","audio":${number % 2 === 0},"video":true}`],
    heard: (/** @type {any} */ heard) => heard.type === "muted" && heard,
  },
  peerjs: {
    hello: () => "",
    own: (/** @type {any} */ _heard, /** @type {Client} */ client) => client.id,
    news: (/** @type {number} */ number, /** @type {Client} */ client) =>
      clients
        .filter((/** @type {Client} */ each) => each.room === client.room && each.id !== client.id)
        .map((/** @type {Client} */ each) =>
          JSON.stringify({ type: "OFFER", dst: each.id, payload: { sender: client.id, sequence: number, audio: true } }),
        ),
    heard: (/** @type {any} */ heard) => heard.type === "OFFER" && heard.payload,
  },
}[/** @type {"house" | "relay" | "peerjs"} */ (speech)];

/** @type {{socket: WebSocket, client: Client, id: string, sent: number[]}[]} */
const open = [];
/** @type {Map<string, {sent: number[], base: number | null}>} */
const senders = new Map();
/** @type {number[]} */
let delays = [];
let delivered = 0;
let closed = 0;

/** @param {any} news */
function arrived(news) {
  const sender = senders.get(news.sender);
  if (!sender) return;
  sender.base ??= news.sequence;
  const at = sender.sent[news.sequence - /** @type {number} */ (sender.base)];
  delivered += 1;
  if (at !== undefined) delays.push(performance.now() - at);
}

/** @param {Client} client */
function join(client) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(client.url, { headers: client.headers, perMessageDeflate: false });
    let id = client.id;
    socket.on("open", () => {
      const frame = SPEECH.hello(client);
      if (frame) socket.send(frame);
    });
    socket.on("message", (data) => {
      const heard = JSON.parse(data.toString());
      const news = SPEECH.heard(heard);
      if (news) return arrived(news);
      id = SPEECH.own(heard, client);
      if (heard.type === "welcome" || heard.type === "OPEN") resolve({ socket, client, id });
    });
    socket.on("close", (code) => {
      closed += 1;
      reject(new Error(`closed with ${code}`));
    });
    socket.on("error", reject);
  });
}

/** Open some of the connections, a few at once. @param {Client[]} some */
async function joinAll(some) {
  for (let first = 0; first < some.length; first += 20) {
    const joined = await Promise.all(some.slice(first, first + 20).map(join));
    for (const each of joined) {
      open.push({ ...each, sent: [] });
      senders.set(each.id, { sent: [], base: null });
    }
  }
}

/** Send `rate` messages a second in all for so many seconds. @param {number} seconds @param {number} rate */
async function run(seconds, rate) {
  delays = [];
  delivered = 0;
  let sent = 0;
  const began = performance.now();
  const wanted = Math.round(seconds * rate);
  while (sent < wanted) {
    const due = Math.min(wanted, Math.floor(((performance.now() - began) / 1000) * rate));
    for (; sent < due; sent += 1) speak(open[sent % open.length]);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  delays.sort((a, b) => a - b);
  const at = (/** @type {number} */ share) => delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? 0;
  return { sent, delivered, closed, p50: at(0.5), p99: at(0.99) };
}

/** @param {{socket: WebSocket, client: Client, id: string}} one */
function speak(one) {
  const sender = /** @type {{sent: number[], base: number | null}} */ (senders.get(one.id));
  const frames = SPEECH.news(sender.sent.length, one.client);
  sender.sent.push(performance.now());
  for (const frame of frames) one.socket.send(frame);
}

// Whoever is silent for 37 seconds is taken for gone by the house.
if (speech === "house") {
  setInterval(() => open.forEach(({ socket }) => socket.send('{"type":"ping","number":1}')), 12_000);
}

const half = Math.ceil(clients.length / 2);
for (let line = await next(); line !== undefined; line = await next()) {
  const [word, seconds, rate] = line.split(" ");
  if (word === "half") await joinAll(clients.slice(0, half));
  if (word === "rest") await joinAll(clients.slice(half));
  told(word === "run" ? await run(Number(seconds), Number(rate)) : { open: open.length });
}
process.exit(0);
