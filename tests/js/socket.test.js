import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { HEARTBEAT_SECONDS, mute, parse, ProtocolError } from "../../signalling/static/signalling/messages.js";
import { Socket } from "../../signalling/static/signalling/socket.js";

/** A socket whose other end is the test. */
class Dummy {
  /** @type {Dummy[]} */
  static all = [];
  readyState = 0;
  /** @type {any[]} */
  sent = [];
  /** @type {() => void} */
  onopen = () => {};
  /** @type {(event: {data: string}) => void} */
  onmessage = () => {};
  /** @type {(event: {code: number}) => void} */
  onclose = () => {};
  constructor() {
    Dummy.all.push(this);
  }
  /** @param {string} frame */
  send(frame) {
    this.sent.push(JSON.parse(frame));
  }
  opens() {
    this.readyState = 1;
    this.onopen();
  }
  /** @param {object} message */
  says(message) {
    this.onmessage({ data: JSON.stringify(message) });
  }
  close() {
    this.readyState = 3;
  }
}

const JUDGE = "2a4b1e5e-0000-4000-8000-000000000001";
const WELCOME = { type: "welcome", version: 1, seat: JUDGE, heartbeat: 15, kept: false };
const SCENE = {
  type: "scene",
  version: 3,
  room: "hearing",
  state: "open",
  sends: ["audio"],
  receives: [],
  seats: [{ seat: JUDGE, here: true, audio: true, video: true, sequence: 4 }],
};

/** @type {string[]} */
let states;
/** @type {any[]} */
let heard;
/** @type {Socket} */
let line;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  Dummy.all = [];
  states = [];
  heard = [];
  line = new Socket({
    url: "/ws/",
    heard: (message) => heard.push(message),
    stands: (state, ms) => states.push(state === "lost" ? `lost ${ms}` : state),
    link: () => "link-1",
    open: () => /** @type {any} */ (new Dummy()),
    random: () => 0.5,
  });
});
afterEach(() => {
  line.stop();
  mock.timers.reset();
});

const newest = () => /** @type {Dummy} */ (Dummy.all.at(-1));

test("the first frame is a hello that names the link still held", () => {
  line.start();
  newest().opens();
  assert.deepEqual(newest().sent, [{ type: "hello", version: 1, link: "link-1" }]);
});

test("a lost line is tried again with pauses that double, and a welcome makes them short again", () => {
  line.start();
  for (const pause of [500, 1000, 2000]) {
    newest().onclose({ code: 1006 });
    assert.equal(states.at(-1), `lost ${pause}`);
    mock.timers.tick(pause);
  }
  newest().opens();
  newest().says(WELCOME);
  assert.equal(states.at(-1), "open");
  newest().onclose({ code: 1006 });
  assert.equal(states.at(-1), "lost 500");
});

test("the pause never grows past fifteen seconds", () => {
  line.start();
  for (let time = 0; time < 12; time += 1) {
    newest().onclose({ code: 1012 });
    mock.timers.tick(20_000);
  }
  newest().onclose({ code: 1012 });
  assert.equal(states.at(-1), "lost 15000");
});

test("a seat opened in another window, or taken back, is not fought for", () => {
  for (const [code, state] of /** @type {[number, string][]} */ ([[4409, "replaced"], [4404, "refused"], [4401, "refused"]])) {
    line.start();
    newest().onclose({ code });
    assert.equal(states.at(-1), state);
    const before = Dummy.all.length;
    mock.timers.tick(60_000);
    assert.equal(Dummy.all.length, before);
  }
});

test("a quiet line says that it lives, and a dead one is noticed and left", () => {
  line.start();
  newest().opens();
  newest().says(WELCOME);
  mock.timers.tick(HEARTBEAT_SECONDS * 800);
  assert.deepEqual(newest().sent.at(-1), { type: "ping", number: 1 });
  mock.timers.tick(HEARTBEAT_SECONDS * 2500);
  assert.equal(states.at(-1), "lost 500");
});

test("what is said into a closed line is not kept for later", () => {
  line.start();
  assert.equal(line.send(mute({ audio: false, video: true })), false);
  newest().opens();
  assert.equal(line.send(mute({ audio: false, video: true })), true);
  assert.equal(newest().sent.length, 2);
});

test("a gap in a sender's news asks for the whole scene, and old news is dropped", () => {
  line.start();
  newest().opens();
  newest().says(WELCOME);
  newest().says(SCENE);
  const news = { type: "muted", sender: JUDGE, audio: false, video: true };
  newest().says({ ...news, sequence: 5 });
  newest().says({ ...news, sequence: 5 });
  assert.equal(newest().sent.length, 1);
  newest().says({ ...news, sequence: 7 });
  assert.deepEqual(newest().sent.at(-1), { type: "resync" });
  assert.deepEqual(heard.map((each) => each.sequence ?? each.type), ["welcome", "scene", 5, 7]);
});

test("a frame that the server would never send is refused and not guessed at", () => {
  for (const frame of ['{"type":"shout"}', '{"type":"pong"}', '{"type":"pong","number":1,"zone":"x"}', "7", '{"type":"toString"}'])
    assert.throws(() => parse(frame), ProtocolError, frame);
  assert.deepEqual(parse('{"type":"pong","number":1}'), { type: "pong", number: 1 });
});
