import assert from "node:assert/strict";
import { test } from "node:test";

import { isDark } from "../../signalling/static/signalling/devices.js";
import { wide } from "../../signalling/static/signalling/filling.js";
import { reach, way } from "../../signalling/static/signalling/reach.js";

test("a relay's address says by which way it is reached", () => {
  const ways = ["turn:r:3478", "turn:r:3478?transport=udp", "turn:r:3478?transport=tcp", "turns:r:5349"].map(way);
  assert.deepEqual(ways, ["udp", "udp", "tcp", "tls"]);
});

test("each way is open if a relay allocates, and a way that nobody offers is not told", async () => {
  /** @param {any} configuration @returns {any} */
  const connect = (configuration) => ({
    createDataChannel() {},
    close() {},
    async setLocalDescription() {
      const open = configuration.iceServers[0].urls === "turn:r:3478";
      this.onicecandidate({ candidate: open ? { candidate: "candidate:1 …" } : null });
    },
  });
  const servers = [{ urls: ["turn:r:3478", "turns:r:5349"], username: "u", credential: "c" }];
  assert.deepEqual(await reach(servers, connect), { udp: "open", tcp: null, tls: "closed" });
});

test("an offer is widened for every codec", () => {
  const sdp = "a=fmtp:96 x-google-start-bitrate=1000\r\na=fmtp:102 a=1;x-google-start-bitrate=1000\r\n";
  assert.equal(wide(sdp, 4000).match(/x-google-min-bitrate=4000/g)?.length, 2);
});

test("a covered lens is dark, a lit room is not", () => {
  assert.deepEqual([isDark([0, 0, 0, 255, 9, 9, 9, 255]), isDark([0, 0, 0, 255, 90, 90, 90, 255])], [true, false]);
});
