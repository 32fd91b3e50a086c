// The connection test's datagrams, this end of it: send a paced train, note what arrives, report it. All arithmetic
// is done by the media process. The layout is that of signalling/media/train.py. Never touches the page.

const HEADER = 36;
const NONE_HEARD = 0xffffffff;

/** @typedef {{number: number, clock: number}} Seen */
/** @typedef {{number: number, clock: number, seen: Seen | null, held: number}} Datagram */

/** @param {Datagram} datagram @param {number} size in bytes, at least the header's 36 */
export function pack({ number, clock, seen, held }, size) {
  const view = new DataView(new ArrayBuffer(Math.max(size, HEADER)));
  view.setUint8(0, 1);
  view.setUint8(1, 1);
  view.setUint32(4, number);
  view.setFloat64(8, clock);
  view.setUint32(16, seen ? seen.number : NONE_HEARD);
  view.setFloat64(20, seen ? seen.clock : 0);
  view.setFloat64(28, seen ? held : 0);
  return view.buffer;
}

/** Number and clock of a datagram from the media process, or null for anything else.
 * @param {ArrayBuffer} buffer @returns {Seen | null} */
export function unpack(buffer) {
  if (buffer.byteLength < HEADER) return null;
  const view = new DataView(buffer);
  if (view.getUint8(0) !== 1 || view.getUint8(1) !== 2) return null;
  return { number: view.getUint32(4), clock: view.getFloat64(8) };
}

/** @param {Array<{number: number, at: number}>} arrivals */
export function report(arrivals) {
  const view = new DataView(new ArrayBuffer(arrivals.length * 12));
  arrivals.forEach(({ number, at }, index) => {
    view.setUint32(index * 12, number);
    view.setFloat64(index * 12 + 4, at);
  });
  return view.buffer;
}

export class Train {
  /** @param {() => number} [clock] milliseconds
   * @param {(order: {seconds: number, kbps: number}) => Promise<number[][]>} [fill] fills the line; its counters */
  constructor(clock = () => performance.now(), fill = async () => []) {
    this.clock = clock;
    this.fill = fill;
    /** @type {Array<{number: number, at: number}>} */
    this.arrivals = [];
    /** @type {Seen | null} */
    this.seen = null;
    this.seenAt = 0;
    /** @type {Partial<Record<string, RTCDataChannel>>} */
    this.channels = {};
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.timer = undefined;
  }

  /** Take a channel that the media process opened.
   * @param {RTCDataChannel} channel */
  take(channel) {
    channel.binaryType = "arraybuffer";
    this.channels[channel.label] = channel;
    if (channel.label === "train") channel.onmessage = (event) => this.#arrived(event.data);
    if (channel.label === "report") channel.onmessage = (event) => this.#told(JSON.parse(String(event.data)));
  }

  stop() {
    clearInterval(this.timer);
  }

  /** @param {ArrayBuffer} buffer */
  #arrived(buffer) {
    const seen = unpack(buffer);
    if (!seen) return;
    this.seen = seen;
    this.seenAt = this.clock();
    this.arrivals.push({ number: seen.number, at: this.seenAt });
  }

  /** @param {{type: "start", count: number, interval_ms: number, size: number}
   *   | {type: "fill", seconds: number, kbps: number} | {type: "stop"}} order */
  #told(order) {
    if (order.type === "start") this.#run(order);
    if (order.type === "fill") void this.#filled(order);
    if (order.type === "stop") this.channels.report?.send(report(this.arrivals));
  }

  /** @param {{seconds: number, kbps: number}} order */
  async #filled(order) {
    const carried = await this.fill(order);
    if (this.channels.report?.readyState === "open") this.channels.report.send(JSON.stringify({ type: "filled", carried }));
  }

  /** One datagram each interval, never two to catch up: a burst would measure itself.
   * @param {{count: number, interval_ms: number, size: number}} order */
  #run({ count, interval_ms, size }) {
    let number = 0;
    this.timer = setInterval(() => {
      if (this.channels.train?.readyState !== "open") return;
      const clock = this.clock();
      this.channels.train.send(pack({ number, clock, seen: this.seen, held: clock - this.seenAt }, size));
      number += 1;
      if (number < count) return;
      this.stop();
      this.channels.report?.send(JSON.stringify({ type: "sent", count }));
    }, interval_ms);
  }
}
