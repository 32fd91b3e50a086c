// Generated from signalling/protocol.py by `manage.py protocol`: change it there.

/** @typedef {(value: unknown) => boolean} Check */
/** @typedef {{check: Check, optional: boolean}} Field */

/** @param {unknown} value */
const int = (value) => Number.isInteger(value);
/** @param {unknown} value */
const float = (value) => typeof value === "number";
/** @param {unknown} value */
const text = (value) => typeof value === "string";
/** @param {unknown} value */
const bool = (value) => typeof value === "boolean";
/** @param {unknown} value */
const none = (value) => value === null;
/** @param {...string} words @returns {Check} */
const one = (...words) => (value) => words.includes(/** @type {string} */ (value));
/** @param {Check} each @returns {Check} */
const list = (each) => (value) => Array.isArray(value) && value.every(each);
/** @param {...Check} checks @returns {Check} */
const any = (...checks) => (value) => checks.some((check) => check(value));
/** @param {string} name @returns {Check} */
const part = (name) => (value) => fits(value, SHAPES[name]);
/** @param {Check} check @returns {Field} */
const must = (check) => ({ check, optional: false });
/** @param {Check} check @returns {Field} */
const may = (check) => ({ check, optional: true });

/** Whether every field is there, right, and named in the shape.
 * @param {unknown} value @param {Record<string, Field>} shape */
function fits(value, shape) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const given = /** @type {Record<string, unknown>} */ (value);
  return (
    Object.keys(given).every((key) => Object.hasOwn(shape, key)) &&
    Object.entries(shape).every(([key, field]) => (key in given ? field.check(given[key]) : field.optional))
  );
}

/** What arrived is no message of this protocol. */
export class ProtocolError extends Error {}

/** Read one frame of the server.
 * @param {string} frame @returns {ServerMessage} */
export function parse(frame) {
  const value = JSON.parse(frame);
  const name = typeof value === "object" && value !== null ? String(value.type) : "";
  if (!Object.hasOwn(HEARD, name)) throw new ProtocolError(`no message of type ${name}`);
  if (!fits(value, SHAPES[HEARD[name]])) throw new ProtocolError(`a ${name} that does not fit`);
  return value;
}

export const VERSION = 1;
export const HEARTBEAT_SECONDS = 15;
/** Closing codes after which a client does not come back by itself. */
export const FINAL = [1000, 1009, 4400, 4401, 4403, 4404, 4409, 4426];

/** One kind of track from one seat, and the form in which it arrives.
 * @typedef {object} Received
 * @property {string} seat
 * @property {"audio" | "video"} kind
 * @property {"clear" | "masked" | "card" | "none"} form
 */
/** A seat that this client receives: is its client here, what is switched on, its latest sequence.
 * @typedef {object} Neighbour
 * @property {string} seat
 * @property {boolean} here
 * @property {boolean} audio
 * @property {boolean} video
 * @property {number} sequence
 */
/** What the m-line with this `mid` carries. `up`: from this browser. A test's own echo has the seat `echo`.
 * @typedef {object} Track
 * @property {string} mid
 * @property {string} seat
 * @property {"audio" | "video"} kind
 * @property {boolean} up
 */
/** An entry of RTCConfiguration.iceServers, with credentials that end soon.
 * @typedef {object} IceServer
 * @property {string[]} urls
 * @property {string} [username]
 * @property {string} [credential]
 */
/** One figure of a finished test with its 95 % interval.
 *
 * `rtt` and `jitter` in ms, `loss` in per cent, `capacity` in kbit/s, `r` of ITU-T G.107. Without `high` nothing
 * bounds it upwards: all that was sent came through.
 * @typedef {object} Figure
 * @property {string} name
 * @property {"down" | "up"} way
 * @property {number} value
 * @property {number} low
 * @property {number | null} [high]
 * @property {"good" | "unfit" | "usable"} grade
 */
/** The first frame. A client that comes back names the link that it still holds.
 * @typedef {object} Hello
 * @property {"hello"} type
 * @property {number} version
 * @property {string | null} [link]
 */
/** Sign of life; answered by a `pong` with the same number.
 * @typedef {object} Ping
 * @property {"ping"} type
 * @property {number} number
 */
/** The browser's answer to the last `offer` of this link. Candidates in it are dropped.
 * @typedef {object} Answer
 * @property {"answer"} type
 * @property {string} link
 * @property {string} sdp
 */
/** The link has failed: the server lets it go and offers a new one.
 * @typedef {object} Relink
 * @property {"relink"} type
 */
/** The client's network changed, or its link fell silent: an `offer` with new ICE credentials follows.
 *
 * The link stays the same (RFC 8445, section 9): a new answer is all there is to do.
 * @typedef {object} Moved
 * @property {"moved"} type
 */
/** Whether the own microphone and camera are on, told to those who receive this seat.
 * @typedef {object} Mute
 * @property {"mute"} type
 * @property {boolean} audio
 * @property {boolean} video
 */
/** A `sequence` was missed: the server answers with the whole `scene`.
 * @typedef {object} Resync
 * @property {"resync"} type
 */
/** What the browser found during a connection test: the sort of its route, the picture that came back.
 *
 * Whether microphone and camera work, the loudest that was heard, and which ways to the relays are open. It
 * carries no address and names no device.
 * @typedef {object} Found
 * @property {"found"} type
 * @property {"host" | "prflx" | "relay" | "srflx" | null} [route]
 * @property {number | null} [width]
 * @property {number | null} [height]
 * @property {number | null} [frame_rate]
 * @property {"denied" | "none" | "silent" | "works" | null} [microphone]
 * @property {"dark" | "denied" | "none" | "works" | null} [camera]
 * @property {number | null} [level_dbfs]
 * @property {"closed" | "open" | null} [udp]
 * @property {"closed" | "open" | null} [tcp]
 * @property {"closed" | "open" | null} [tls]
 * @property {"no" | "yes" | null} [secure]
 */
/** The connection stands. `kept` says that the link named in `hello` goes on.
 * @typedef {object} Welcome
 * @property {"welcome"} type
 * @property {number} version
 * @property {string | null} seat
 * @property {number} heartbeat
 * @property {boolean} kept
 */
/** All that this client must know, whole: where it is, what it sends and receives. The last one counts.
 *
 * It comes after `welcome` and whenever something about the hearing changed: fetch the page's fragments again.
 * @typedef {object} Scene
 * @property {"scene"} type
 * @property {number} version
 * @property {"consultation" | "hearing" | "waiting"} room
 * @property {"closed" | "in_session" | "open" | "planned" | "suspended"} state
 * @property {("audio" | "video")[]} sends
 * @property {Received[]} receives
 * @property {Neighbour[]} seats
 * @property {string[]} [invited]
 */
/** The media process offers. It is the only one that ever does.
 * @typedef {object} Offer
 * @property {"offer"} type
 * @property {string} link
 * @property {string} sdp
 * @property {Track[]} tracks
 * @property {IceServer[]} servers
 * @property {boolean} [relay]
 */
/** How the link stands, as the media process sees it.
 * @typedef {object} Linked
 * @property {"linked"} type
 * @property {string} link
 * @property {"closed" | "connected" | "connecting" | "failed" | "reconnecting" | "replaced"} state
 */
/** Another seat switched its microphone or camera. `sequence` counts that sender's news without a gap.
 * @typedef {object} Muted
 * @property {"muted"} type
 * @property {string} sender
 * @property {number} sequence
 * @property {boolean} audio
 * @property {boolean} video
 */
/** Another seat's client came or went. `sequence` as in `muted`.
 * @typedef {object} Present
 * @property {"present"} type
 * @property {string} sender
 * @property {number} sequence
 * @property {boolean} here
 */
/** Answer to a `ping`.
 * @typedef {object} Pong
 * @property {"pong"} type
 * @property {number} number
 */
/** How far a connection test has come; `done` runs from 0 to 1 within its phase.
 * @typedef {object} Progress
 * @property {"progress"} type
 * @property {"connecting" | "measuring" | "reporting"} phase
 * @property {number} done
 */
/** The test is over and judged. For a hearing it has been stored, and the page shows both courts' results.
 * @typedef {object} Verdict
 * @property {"verdict"} type
 * @property {"good" | "unfit" | "usable"} verdict
 * @property {boolean} stored
 * @property {Figure[]} figures
 */
/** Something was refused. `about` is the type of the message it answers, `rule` the rule behind it.
 * @typedef {object} Error
 * @property {"error"} type
 * @property {string} code
 * @property {string} sentence
 * @property {string | null} [about]
 * @property {string | null} [rule]
 * @property {string | null} [detail]
 */
/** @typedef {Hello | Ping | Answer | Relink | Moved | Mute | Resync | Found} ClientMessage */
/** @typedef {Welcome | Scene | Offer | Linked | Muted | Present | Pong | Progress | Verdict | Error} ServerMessage */

/** The first frame. A client that comes back names the link that it still holds.
 * @param {Omit<Hello, "type">} fields
 * @returns {Hello} */
export const hello = (fields) => ({ type: "hello", ...fields });

/** Sign of life; answered by a `pong` with the same number.
 * @param {Omit<Ping, "type">} fields
 * @returns {Ping} */
export const ping = (fields) => ({ type: "ping", ...fields });

/** The browser's answer to the last `offer` of this link. Candidates in it are dropped.
 * @param {Omit<Answer, "type">} fields
 * @returns {Answer} */
export const answer = (fields) => ({ type: "answer", ...fields });

/** The link has failed: the server lets it go and offers a new one.
 * @returns {Relink} */
export const relink = () => ({ type: "relink" });

/** The client's network changed, or its link fell silent: an `offer` with new ICE credentials follows.
 *
 * The link stays the same (RFC 8445, section 9): a new answer is all there is to do.
 * @returns {Moved} */
export const moved = () => ({ type: "moved" });

/** Whether the own microphone and camera are on, told to those who receive this seat.
 * @param {Omit<Mute, "type">} fields
 * @returns {Mute} */
export const mute = (fields) => ({ type: "mute", ...fields });

/** A `sequence` was missed: the server answers with the whole `scene`.
 * @returns {Resync} */
export const resync = () => ({ type: "resync" });

/** What the browser found during a connection test: the sort of its route, the picture that came back.
 *
 * Whether microphone and camera work, the loudest that was heard, and which ways to the relays are open. It
 * carries no address and names no device.
 * @param {Omit<Found, "type">} fields
 * @returns {Found} */
export const found = (fields) => ({ type: "found", ...fields });

/** @type {Record<string, Record<string, Field>>} */
const SHAPES = {
  Received: { seat: must(text), kind: must(one("audio", "video")), form: must(one("clear", "masked", "card", "none")) },
  Neighbour: { seat: must(text), here: must(bool), audio: must(bool), video: must(bool), sequence: must(int) },
  Track: { mid: must(text), seat: must(text), kind: must(one("audio", "video")), up: must(bool) },
  IceServer: { urls: must(list(text)), username: may(text), credential: may(text) },
  Figure: { name: must(text), way: must(one("down", "up")), value: must(float), low: must(float), high: may(any(float, none)), grade: must(one("good", "unfit", "usable")) },
  Welcome: { type: must(one("welcome")), version: must(int), seat: must(any(text, none)), heartbeat: must(int), kept: must(bool) },
  Scene: { type: must(one("scene")), version: must(int), room: must(one("consultation", "hearing", "waiting")), state: must(one("closed", "in_session", "open", "planned", "suspended")), sends: must(list(one("audio", "video"))), receives: must(list(part("Received"))), seats: must(list(part("Neighbour"))), invited: may(list(text)) },
  Offer: { type: must(one("offer")), link: must(text), sdp: must(text), tracks: must(list(part("Track"))), servers: must(list(part("IceServer"))), relay: may(bool) },
  Linked: { type: must(one("linked")), link: must(text), state: must(one("closed", "connected", "connecting", "failed", "reconnecting", "replaced")) },
  Muted: { type: must(one("muted")), sender: must(text), sequence: must(int), audio: must(bool), video: must(bool) },
  Present: { type: must(one("present")), sender: must(text), sequence: must(int), here: must(bool) },
  Pong: { type: must(one("pong")), number: must(int) },
  Progress: { type: must(one("progress")), phase: must(one("connecting", "measuring", "reporting")), done: must(float) },
  Verdict: { type: must(one("verdict")), verdict: must(one("good", "unfit", "usable")), stored: must(bool), figures: must(list(part("Figure"))) },
  Error: { type: must(one("error")), code: must(text), sentence: must(text), about: may(any(text, none)), rule: may(any(text, none)), detail: may(any(text, none)) },
};

/** @type {Record<string, string>} */
const HEARD = { welcome: "Welcome", scene: "Scene", offer: "Offer", linked: "Linked", muted: "Muted", present: "Present", pong: "Pong", progress: "Progress", verdict: "Verdict", error: "Error" };
