// The connection test's page: runs one test with its progress, shows the own picture beside its echo.

import * as devices from "./devices.js";
import { fill, hold, wide } from "./filling.js";
import * as m from "./messages.js";
import { all, meter, show } from "./page.js";
import { Peer } from "./peer.js";
import { reach } from "./reach.js";
import { Train } from "./train.js";

const STAGES = ["devices", "connecting", "measuring", "reporting"];
const SILENT_DBFS = -60;
const FILL_KBPS = 4000;
const root = /** @type {HTMLElement} */ (document.querySelector("[data-test]"));
/** @type {(() => void) | null} */
let stop = null;

/** @param {string} name @returns {HTMLElement | null} */
const part = (name) => document.querySelector(`[data-part="${name}"]`);

/** @param {string} name one of the stages, or ready, done, failed, stopped */
function stage(name) {
  for (const each of all("[data-stage]")) each.hidden = each.dataset.stage !== name;
  const reached = name === "done" ? STAGES.length : STAGES.indexOf(name);
  for (const step of all("[data-step]")) {
    const index = STAGES.indexOf(step.dataset.step ?? "");
    step.classList.toggle("vv-done", index < reached);
    step.querySelector(".bi-check-lg")?.toggleAttribute("hidden", index >= reached);
    if (index === reached) step.setAttribute("aria-current", "step");
    else step.removeAttribute("aria-current");
  }
  const running = STAGES.includes(name);
  part("bar")?.toggleAttribute("hidden", name !== "measuring");
  for (const each of all("[data-act=run]")) each.hidden = running;
  for (const each of all("[data-act=stop]")) each.hidden = !running;
}

/** @param {number} done 0 to 1 */
function progress(done) {
  const percent = Math.round(done * 100);
  part("bar")?.setAttribute("aria-valuenow", String(percent));
  part("bar")?.querySelector("rect")?.setAttribute("width", `${percent}%`);
}

/** @param {string} sentence */
function explain(sentence) {
  const place = part("error");
  if (!place) return;
  place.textContent = sentence;
  place.hidden = sentence === "";
}

async function run() {
  explain("");
  stage("devices");
  const { stream, permission } = await devices.open(devices.remembered());
  for (const each of all("[data-permission]")) show(each, permission);
  /** @type {HTMLVideoElement} */ (part("own")).srcObject = stream;
  const test = new Test(stream, permission);
  const heard = (/** @type {number} */ level) => {
    meter(level);
    test.loudest = Math.max(test.loudest, devices.decibel(level));
  };
  const deaf = stream?.getAudioTracks().length ? devices.listen(stream, heard) : () => {};
  stop = () => {
    test.end();
    deaf();
    stream?.getTracks().forEach((track) => track.stop());
    /** @type {HTMLVideoElement} */ (part("own")).srcObject = null;
    stop = null;
  };
  test.begin();
}

/** @param {string} name how it ended */
function over(name) {
  stop?.();
  stage(name);
}

class Test {
  /** @param {MediaStream | null} stream @param {devices.Permission} permission */
  constructor(stream, permission) {
    this.stream = stream;
    this.permission = permission;
    this.loudest = -100;
    /** @type {import("./reach.js").Reaches} */
    this.reaches = { udp: null, tcp: null, tls: null };
    this.train = new Train(undefined, async (order) => (this.peer.connection ? fill(this.peer.connection, order) : []));
    this.ended = false;
    this.told = false;
    this.peer = new Peer({
      send: (message) => this.say(message),
      receives: (incoming) => this.echo(incoming),
      stands: () => {},
      channel: (channel) => this.train.take(channel),
    });
    const scheme = location.protocol === "https:" ? "wss://" : "ws://";
    this.socket = new WebSocket(scheme + location.host + root.dataset.test);
  }

  begin() {
    stage("connecting");
    for (const track of this.stream?.getTracks() ?? []) void this.peer.give(/** @type {"audio" | "video"} */ (track.kind), track);
    this.socket.onopen = () => this.say(m.hello({ version: m.VERSION }));
    this.socket.onmessage = (event) => this.heard(m.parse(String(event.data)));
    this.socket.onclose = () => !this.ended && over("failed");
  }

  end() {
    this.ended = true;
    this.train.stop();
    this.peer.close();
    this.socket.close();
  }

  /** @param {m.ClientMessage} message */
  say(message) {
    if (this.socket.readyState === 1) this.socket.send(JSON.stringify(message));
  }

  /** @param {m.ServerMessage} message */
  heard(message) {
    if (message.type === "offer") void this.answer(message);
    if (message.type === "progress") this.advance(message);
    if (message.type === "verdict") finish(message);
    if (message.type === "error") {
      explain(message.sentence);
      over("failed");
    }
  }

  /** @param {m.Offer} message */
  async answer(message) {
    void reach(message.servers).then((found) => (this.reaches = found));
    await this.peer.answer({ ...message, sdp: wide(message.sdp, FILL_KBPS) });
    await hold(this.peer.connection);
  }

  /** @param {m.Progress} message */
  advance({ phase, done }) {
    stage(phase);
    progress(done);
    // Late in the measurement the echo has its size, early enough to be told before the verdict.
    if (phase === "measuring" && done > 0.6 && !this.told) {
      this.told = true;
      void this.tell();
    }
  }

  async tell() {
    const found = await facts(this.peer.connection);
    this.say(m.found({ ...found, ...this.reaches, ...this.own() }));
    const size = part("size");
    if (size && found.width) size.textContent = `${found.width} × ${found.height}`;
  }

  /** What the own devices gave so far.
   * @returns {Pick<m.Found, "microphone" | "camera" | "level_dbfs" | "secure">} */
  own() {
    const absent = this.permission === "denied" ? "denied" : "none";
    const sees = this.stream?.getVideoTracks().length;
    const hears = this.stream?.getAudioTracks().length;
    const video = /** @type {HTMLVideoElement} */ (part("own"));
    return {
      microphone: !hears ? absent : this.loudest > SILENT_DBFS ? "works" : "silent",
      camera: !sees ? absent : devices.dark(video) ? "dark" : "works",
      level_dbfs: hears ? this.loudest : null,
      secure: window.isSecureContext ? "yes" : "no",
    };
  }

  /** @param {import("./peer.js").Incoming[]} incoming */
  echo(incoming) {
    const video = incoming.find((each) => each.kind === "video");
    /** @type {HTMLVideoElement} */ (part("echo")).srcObject = video ? new MediaStream([video.track]) : null;
  }
}

/** The sort of route and the size of the echo, without an address.
 * @param {RTCPeerConnection | null} connection @returns {Promise<Pick<m.Found, "route" | "width" | "height" | "frame_rate">>} */
async function facts(connection) {
  /** @type {Map<string, any>} */
  const stats = new Map();
  (await connection?.getStats())?.forEach((each) => stats.set(each.id, each));
  const every = [...stats.values()];
  const transport = every.find((each) => each.type === "transport" && each.selectedCandidatePairId);
  const pair = stats.get(transport?.selectedCandidatePairId);
  const video = every.find((each) => each.type === "inbound-rtp" && each.kind === "video" && each.frameWidth);
  return {
    route: stats.get(pair?.localCandidateId)?.candidateType ?? null,
    width: video?.frameWidth ?? null,
    height: video?.frameHeight ?? null,
    frame_rate: video?.framesPerSecond ?? null,
  };
}

/** @param {m.Verdict} verdict */
function finish(verdict) {
  over("done");
  for (const { name, way, value, low, high } of verdict.figures) {
    const told = high === undefined || high === null ? `≥ ${low}` : low === high ? `${value}` : `${value} (${low} – ${high})`;
    for (const place of all(`[data-figure="${name} ${way}"]`)) place.textContent = told;
  }
  show(part("verdict"), verdict.verdict);
  part("figures")?.removeAttribute("hidden");
  document.body.dispatchEvent(new CustomEvent("vv:tested"));
}

document.addEventListener("click", (event) => {
  const act = event.target instanceof Element ? event.target.closest("[data-act]")?.getAttribute("data-act") : null;
  if (act === "run") void run();
  if (act === "stop") over("stopped");
});
stage("ready");
for (const each of all("[data-act=run]")) each.removeAttribute("disabled");
window.addEventListener("pagehide", () => stop?.());
