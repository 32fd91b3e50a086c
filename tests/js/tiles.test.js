import assert from "node:assert/strict";
import { test } from "node:test";

import { decibel, open, rms } from "../../signalling/static/signalling/devices.js";
import { loudness, tileState, told } from "../../signalling/static/signalling/tiles.js";

/** @param {Partial<{here: boolean, video: boolean}>} facts @param {string[]} kinds @returns {any} */
const scene = (facts = {}, kinds = ["audio", "video"]) => ({
  receives: kinds.map((kind) => ({ seat: "judge", kind, form: "clear" })),
  seats: [{ seat: "judge", here: true, audio: true, video: true, sequence: 1, ...facts }],
});

test("a tile is live only while its seat is here and the link stands", () => {
  assert.equal(tileState("judge", scene(), "connected"), "live");
  assert.equal(tileState("judge", scene(), "new"), "connecting");
  assert.equal(tileState("judge", scene(), "reconnecting"), "lost");
  assert.equal(tileState("judge", scene({ here: false }), "connected"), "lost");
});

test("a seat that is not received, or has switched its camera off, shows no picture", () => {
  assert.equal(tileState("judge", scene({}, []), "connected"), "off");
  assert.equal(tileState("stranger", scene(), "connected"), "off");
  assert.equal(tileState("judge", scene({ video: false }), "connected"), "off");
  assert.equal(tileState("judge", scene({ video: false }, ["audio"]), "connected"), "live");
});

test("news of a neighbour changes that neighbour alone", () => {
  const after = told(scene(), { type: "muted", sender: "judge", sequence: 2, audio: false, video: true });
  assert.deepEqual(after.seats, [{ seat: "judge", here: true, audio: false, video: true, sequence: 2 }]);
});

test("on the floor interpreters are silent; on a channel the chosen one is whole and the rest lies under it", () => {
  assert.deepEqual(["floor", "court"].map((into) => loudness(into, "floor")), [1, 0]);
  assert.deepEqual(["floor", "court", "witness"].map((into) => loudness(into, "court")), [0.2, 1, 0.2]);
  assert.deepEqual(["floor", "court", "pivot"].map((into) => loudness(into, "pivot")), [0, 0, 1]);
  assert.deepEqual(["floor", "court"].map((listens) => loudness("pivot", listens)), [0, 0]);
});

test("a level is told in decibels of full scale", () => {
  assert.equal(rms(new Float32Array([0.5, -0.5])), 0.5);
  assert.deepEqual([1, 0.1, 0].map(decibel), [0, -20, -100]);
});

/** @param {string[]} names one error a try; an empty name succeeds @returns {any} */
const media = (names) => ({
  async getUserMedia() {
    const name = names.shift();
    if (name) throw Object.assign(new Error(name), { name });
    return "a stream";
  },
});

test("without a camera the microphone is opened alone; a refusal is taken as a refusal", async () => {
  assert.deepEqual(await open({}, media(["NotFoundError", ""])), { stream: "a stream", permission: "granted" });
  assert.deepEqual(await open({}, media(["NotAllowedError", ""])), { stream: null, permission: "denied" });
  assert.deepEqual(await open({}, media(["NotFoundError", "NotFoundError", "NotReadableError"])), { stream: null, permission: "none" });
});
