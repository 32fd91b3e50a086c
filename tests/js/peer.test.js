import assert from "node:assert/strict";
import { test } from "node:test";

import { Peer } from "../../signalling/static/signalling/peer.js";

/** A connection with an uplink for sound and one for picture, and one m-line down from the judge. */
class Dummy {
  /** @type {Dummy[]} */
  static all = [];
  log = /** @type {string[]} */ ([]);
  closed = false;
  connectionState = "new";
  localDescription = /** @type {{sdp: string} | null} */ (null);
  onconnectionstatechange = () => {};
  ondatachannel = () => {};
  transceivers = ["0", "1", "2"].map((mid) => ({
    mid,
    direction: "recvonly",
    sender: {
      /** @type {unknown} */
      track: null,
      asked: /** @type {unknown[]} */ ([]),
      getParameters: () => ({ encodings: [{}] }),
      /** @param {unknown} parameters */
      async setParameters(parameters) {
        this.asked.push(parameters);
        throw new Error("This browser knows no layers.");
      },
      /** @param {unknown} track */
      async replaceTrack(track) {
        this.track = track;
      },
    },
    receiver: { track: `track of mid ${mid}` },
  }));
  constructor() {
    Dummy.all.push(this);
  }
  getTransceivers() {
    return this.transceivers;
  }
  /** @param {{sdp: string}} description */
  async setRemoteDescription({ sdp }) {
    this.log.push(`remote ${sdp}`);
    await new Promise((resume) => setTimeout(resume, 2));
  }
  async setLocalDescription() {
    this.log.push("local");
    this.localDescription = { sdp: "v=0 answer" };
  }
  close() {
    this.closed = true;
  }
}

/** @param {string} link @param {string} sdp @returns {any} */
const offer = (link, sdp) => ({
  type: "offer",
  link,
  sdp,
  servers: [],
  tracks: [
    { mid: "0", seat: "me", kind: "audio", up: true },
    { mid: "2", seat: "judge", kind: "audio", up: false },
  ],
});

function peer() {
  Dummy.all = [];
  const heard = { sent: /** @type {any[]} */ ([]), incoming: /** @type {any[]} */ ([]), states: /** @type {string[]} */ ([]) };
  const it = new Peer({
    send: (message) => heard.sent.push(message),
    receives: (incoming) => heard.incoming.push(incoming),
    stands: (state) => heard.states.push(state),
    connect: () => /** @type {any} */ (new Dummy()),
  });
  return { it, heard };
}

test("an offer is answered with the own microphone on mid 0 and nothing where there is no camera", async () => {
  const { it, heard } = peer();
  await it.give("audio", /** @type {any} */ ("microphone"));
  await it.answer(offer("a", "one"));
  const [connection] = Dummy.all;
  assert.deepEqual(connection.transceivers.map((each) => each.direction), ["sendonly", "sendonly", "recvonly"]);
  assert.deepEqual(connection.transceivers.map((each) => each.sender.track), ["microphone", null, null]);
  assert.deepEqual(heard.sent, [{ type: "answer", link: "a", sdp: "v=0 answer" }]);
  assert.deepEqual(heard.incoming.at(-1), [{ seat: "judge", kind: "audio", track: "track of mid 2" }]);
});

test("a second offer of the same link waits for the first and reuses the connection", async () => {
  const { it } = peer();
  await Promise.all([it.answer(offer("a", "one")), it.answer(offer("a", "two"))]);
  assert.equal(Dummy.all.length, 1);
  assert.deepEqual(Dummy.all[0].log, ["remote one", "local", "remote two", "local"]);
});

test("an offer of another link replaces the connection", async () => {
  const { it } = peer();
  await it.answer(offer("a", "one"));
  await it.answer(offer("b", "two"));
  assert.deepEqual(Dummy.all.map((each) => each.closed), [true, false]);
  assert.equal(it.link, "b");
});

test("a connection that was closed meanwhile answers nothing", async () => {
  const { it, heard } = peer();
  const answering = it.answer(offer("a", "one"));
  await new Promise((resume) => setTimeout(resume, 0));
  it.close();
  await answering;
  assert.deepEqual(heard.sent, []);
});

test("the picture is asked for in three layers, once, and sent all the same where none are known", async () => {
  const { it, heard } = peer();
  await it.answer(offer("a", "one"));
  await it.answer(offer("a", "two"));
  const [connection] = Dummy.all;
  const asked = [{ encodings: [{ scalabilityMode: "L1T3" }] }];
  assert.deepEqual(connection.transceivers.map((each) => each.sender.asked), [[], asked, []]);
  assert.equal(heard.sent.length, 2);
});

test("a camera that is switched changes the sender and asks for no new offer", async () => {
  const { it, heard } = peer();
  await it.answer(offer("a", "one"));
  await it.give("video", /** @type {any} */ ("camera"));
  assert.equal(Dummy.all[0].transceivers[1].sender.track, "camera");
  assert.equal(heard.sent.length, 1);
});
