// The waiting room, the hearing room and the witness's page: binds the line, the link and the devices to the page.

import * as devices from "./devices.js";
import * as m from "./messages.js";
import { all, countDown, keys, meter, show } from "./page.js";
import { Peer } from "./peer.js";
import { Socket } from "./socket.js";
import { loudness, tileState, told } from "./tiles.js";

/** @typedef {"audio" | "video"} Kind */

const root = /** @type {HTMLElement} */ (document.querySelector("[data-hearing]"));
const own = root.dataset.seat ?? "";
/** @type {m.Scene | null} */
let scene = null;
/** @type {import("./tiles.js").LinkState} */
let link = "new";
/** @type {MediaStream | null} */
let stream = null;
/** Whether this connection has not said yet what is on: what was switched while the line was cut went nowhere. */
let untold = true;
/** What its holder has switched on; what is sent is this and what the scene allows. */
const on = { audio: true, video: true };
const ACTS = /** @type {const} */ ({ mic: "audio", camera: "video" });
/** What an interpreter has to hear for what she speaks into, as the page last said. */
let hears = "";
let stopCounting = () => {};
let stopListening = () => {};

const peer = new Peer({
  send: (message) => void line.send(message),
  receives: bind,
  stands: (state) => {
    if (state === "failed") line.send(m.relink());
    if (state === "disconnected") moved();
    linkStands(state);
  },
});

const line = new Socket({
  url: (location.protocol === "https:" ? "wss://" : "ws://") + location.host + root.dataset.ws,
  heard,
  stands: lineStands,
  link: () => peer.link,
});

/** Another network, or silence on this one: the same link looks for another way. */
function moved() {
  if (peer.link) line.send(m.moved());
}
addEventListener("online", moved);

/** @param {m.ServerMessage} message */
function heard(message) {
  if (message.type === "welcome") untold = true;
  if (message.type === "scene") return enter(message);
  if (message.type === "offer") return void peer.answer(message);
  if (message.type === "linked" && message.link === peer.link) return linkStands(/** @type {any} */ (message.state));
  if (message.type === "error" && message.code === "media_away") return linkStands("reconnecting");
  if (scene && (message.type === "muted" || message.type === "present")) {
    scene = told(scene, message);
    draw();
  }
}

/** @param {m.Scene} next */
function enter(next) {
  const admitted = next.room !== "waiting" && (untold || scene?.room === "waiting");
  scene = next;
  if (next.room === "waiting") peer.close();
  give();
  // Others take a new client for one with everything on: say how it is.
  if (admitted) untold = !line.send(m.mute(on));
  draw();
  document.body.dispatchEvent(new CustomEvent("vv:changed"));
}

/** @param {import("./socket.js").LineState} state @param {number} retryInMs */
function lineStands(state, retryInMs) {
  stopCounting();
  for (const each of all("[data-line]")) show(each, state);
  if (state === "lost") stopCounting = countDown(document.querySelector("[data-countdown]"), retryInMs);
  if (state === "refused" || state === "replaced") peer.close();
  if (state === "refused") document.body.dispatchEvent(new CustomEvent("vv:changed"));
}

/** @param {import("./tiles.js").LinkState} state */
function linkStands(state) {
  link = state;
  draw();
}

/** Whether page and wire agree on the room. Until both say the same, whoever goes into private, or comes back from it,
 * could be heard where he does not think that he is: nothing is sent. */
const agreed = () => (document.querySelector("[data-private]") !== null) === (scene?.room === "consultation");

/** Send what is switched on and allowed, and nothing else. */
function give() {
  for (const kind of /** @type {Kind[]} */ (["audio", "video"])) {
    const track = stream?.getTracks().find((each) => each.kind === kind) ?? null;
    if (track) track.enabled = on[kind];
    void peer.give(kind, on[kind] && agreed() && scene?.sends.includes(kind) ? track : null);
  }
}

/** Put what arrives into the tiles of those who send it.
 * @param {import("./peer.js").Incoming[]} incoming */
function bind(incoming) {
  for (const tile of all("[data-tile]:not([data-self])")) {
    for (const kind of /** @type {Kind[]} */ (["audio", "video"])) {
      const element = /** @type {HTMLMediaElement | null} */ (tile.querySelector(`[data-${kind}]`));
      const found = incoming.find((each) => each.seat === tile.dataset.tile && each.kind === kind);
      if (element) play(element, found?.track ?? null);
    }
  }
  draw();
}

/** @param {HTMLMediaElement} element @param {MediaStreamTrack | null} track */
function play(element, track) {
  const playing = /** @type {MediaStream | null} */ (element.srcObject)?.getTracks()[0] ?? null;
  if (playing === track) return;
  element.srcObject = track ? new MediaStream([track]) : null;
  const { speaker } = devices.remembered();
  if (speaker && "setSinkId" in element) element.setSinkId(speaker).catch(() => {});
}

/** Bring every tile and control to what is so; also after htmx has swapped parts of them. */
function draw() {
  follow();
  show(document.querySelector("[data-private]"), scene?.room === "consultation" ? "private" : "going");
  const listens = /** @type {HTMLElement | null} */ (document.querySelector("[data-listen]:checked"))?.dataset.listen;
  for (const tile of all("[data-tile]")) {
    const self = tile.dataset.tile === own;
    const seat = scene?.seats.find((each) => each.seat === tile.dataset.tile);
    const state = self ? (on.video && stream ? "live" : "off") : ofOther(tile.dataset.tile ?? "");
    show(tile, state, "[data-mic]");
    tile.dataset.state = state;
    show(tile.querySelector("[data-mic]"), (self ? on.audio && stream : seat?.audio) ? "on" : "off");
    const audio = /** @type {HTMLAudioElement | null} */ (tile.querySelector("[data-audio]"));
    if (audio) audio.volume = loudness(intoOf(tile), listens ?? "floor");
  }
  for (const control of all("[data-act=mic], [data-act=camera]")) {
    const pressed = on[ACTS[/** @type {"mic" | "camera"} */ (control.dataset.act)]] && stream !== null;
    control.setAttribute("aria-pressed", String(pressed));
    show(control, pressed ? "on" : "off");
  }
}

/** An interpreter who turns round hears the other side from then on, until she chooses herself. */
function follow() {
  const wanted = /** @type {HTMLElement | null} */ (document.querySelector("[data-hears]"))?.dataset.hears ?? "";
  if (wanted === hears) return;
  hears = wanted;
  const choice = /** @type {HTMLInputElement | null} */ (document.querySelector(`[data-listen="${wanted}"]`));
  if (choice) choice.checked = true;
}

/** What whoever sits there speaks into. @param {Element} tile */
const intoOf = (tile) => /** @type {HTMLElement | null} */ (tile.querySelector("[data-into]"))?.dataset.into ?? "floor";

/** @param {string} seat */
const ofOther = (seat) => (scene ? tileState(seat, scene, link) : "off");

/** @param {Kind} kind */
function toggle(kind) {
  on[kind] = !on[kind];
  give();
  line.send(m.mute(on));
  draw();
}

async function openDevices() {
  for (const each of all("[data-permission]")) show(each, "ask");
  const opened = await devices.open(devices.remembered());
  stopListening();
  stream?.getTracks().forEach((track) => track.stop());
  stream = opened.stream;
  for (const each of all("[data-permission]")) show(each, opened.permission);
  for (const video of all("[data-self] [data-video]")) /** @type {HTMLVideoElement} */ (video).srcObject = stream;
  if (stream?.getAudioTracks().length && document.querySelector("[data-meter]")) {
    stopListening = devices.listen(stream, meter);
  }
  give();
  draw();
  await offerDevices();
}

const SORTS = /** @type {const} */ ({ mic: "audioinput", camera: "videoinput", speaker: "audiooutput" });

/** Fill the lists of devices; their labels are this browser's own and go nowhere. */
async function offerDevices() {
  for (const select of all("select[data-device]")) {
    const sort = /** @type {"mic" | "camera" | "speaker"} */ (select.dataset.device);
    const chosen = devices.remembered()[sort];
    const found = await devices.list(SORTS[sort]);
    select.replaceChildren(...found.map((each) => new Option(each.label, each.deviceId, false, each.deviceId === chosen)));
    select.toggleAttribute("disabled", found.length === 0);
  }
}

function leave() {
  line.stop();
  peer.close();
}

/** The hearing is closed: nothing is sent, and camera and microphone are let go. */
function over() {
  leave();
  stopListening();
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  for (const video of all("[data-self] [data-video]")) /** @type {HTMLVideoElement} */ (video).srcObject = null;
}

document.addEventListener("click", (event) => {
  const control = event.target instanceof Element ? event.target.closest("[data-act]") : null;
  const act = control?.getAttribute("data-act");
  if (act === "mic" || act === "camera") toggle(ACTS[act]);
  if (act === "leave") leave();
});
document.addEventListener("change", (event) => {
  const target = event.target;
  if (target instanceof HTMLSelectElement && target.dataset.device) {
    devices.remember({ ...devices.remembered(), [target.dataset.device]: target.value });
    void openDevices();
  }
  if (target instanceof HTMLInputElement && target.dataset.listen) draw();
});
for (const swapped of ["htmx:afterSwap", "htmx:oobAfterSwap"]) {
  document.body.addEventListener(swapped, () => {
    if (stream && document.querySelector("[data-over]")) over();
    give();
    draw();
  });
}
window.addEventListener("pagehide", leave);
keys();
line.start();
void openDevices();
