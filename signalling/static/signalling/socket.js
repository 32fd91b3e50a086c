// The line to the server: comes back by itself, keeps itself alive, notices what it missed. Never touches the page.

import * as m from "./messages.js";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/** @typedef {"connecting" | "open" | "lost" | "refused" | "replaced"} LineState */
/**
 * @typedef {object} SocketOptions
 * @property {string} url
 * @property {(message: m.ServerMessage) => void} heard Every message that fits the protocol, in order.
 * @property {(state: LineState, retryInMs: number) => void} stands How the line stands.
 * @property {() => string | null} [link] The media link that is still up, if one is.
 * @property {(url: string) => WebSocket} [open]
 * @property {() => number} [random]
 */

export class Socket {
  /** @param {SocketOptions} options */
  constructor({ url, heard, stands, link = () => null, open = (at) => new WebSocket(at), random = Math.random }) {
    this.url = url;
    this.heard = heard;
    this.stands = stands;
    this.link = link;
    this.open = open;
    this.random = random;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.tries = 0;
    this.number = 0;
    this.heardAt = 0;
    /** @type {Map<string, number>} */
    this.sequences = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.retry = undefined;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.beat = undefined;
  }

  start() {
    this.stands("connecting", 0);
    const socket = this.open(this.url);
    this.socket = socket;
    socket.onopen = () => this.#write(m.hello({ version: m.VERSION, link: this.link() }));
    socket.onmessage = (event) => this.#read(String(event.data));
    socket.onclose = (event) => this.socket === socket && this.#lost(event.code);
    this.heardAt = Date.now();
    clearInterval(this.beat);
    this.beat = setInterval(() => this.#keepAlive(), m.HEARTBEAT_SECONDS * 800);
  }

  stop() {
    clearTimeout(this.retry);
    clearInterval(this.beat);
    const socket = this.socket;
    this.socket = null;
    socket?.close(1000);
  }

  /** Send, if the line is open; what is said into a broken line is not kept.
   * @param {m.ClientMessage} message @returns {boolean} */
  send(message) {
    if (this.socket?.readyState !== 1) return false;
    this.#write(message);
    return true;
  }

  /** @param {m.ClientMessage} message */
  #write(message) {
    this.socket?.send(JSON.stringify(message));
  }

  /** @param {string} frame */
  #read(frame) {
    this.heardAt = Date.now();
    const message = m.parse(frame);
    if (message.type === "welcome") {
      this.tries = 0;
      this.stands("open", 0);
    }
    if (message.type === "scene") this.sequences = new Map(message.seats.map((each) => [each.seat, each.sequence]));
    if ((message.type === "muted" || message.type === "present") && !this.#next(message)) return;
    this.heard(message);
  }

  /** Whether this is news; a gap asks for the whole scene, what is known already is dropped.
   * @param {m.Muted | m.Present} message */
  #next({ sender, sequence }) {
    const last = this.sequences.get(sender);
    if (last !== undefined && sequence <= last) return false;
    if (last === undefined || sequence > last + 1) this.send(m.resync());
    this.sequences.set(sender, sequence);
    return true;
  }

  #keepAlive() {
    if (Date.now() - this.heardAt > m.HEARTBEAT_SECONDS * 2500) this.#lost(1006);
    else this.send(m.ping({ number: (this.number += 1) }));
  }

  /** @param {number} code */
  #lost(code) {
    this.stop();
    if (m.FINAL.includes(code)) return this.stands(code === 4409 ? "replaced" : "refused", 0);
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.tries) * (0.75 + this.random() / 2);
    this.tries += 1;
    this.stands("lost", pause);
    this.retry = setTimeout(() => this.start(), pause);
  }
}
