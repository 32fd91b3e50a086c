// Fill the line for a second with a picture that cannot be compressed, and read the transport's counters meanwhile.
// Never touches the page.

const EVERY = 100;
const COUNT_ON = 400; // ms that what fills the line may still be on its way
const SIZE = { width: 480, height: 360 };
const QUIET_KBPS = 1000; // what the camera may send otherwise

/** An offer that lets this browser send so much at once: it would feel its way there for minutes.
 * @param {string} sdp @param {number} kbps */
export function wide(sdp, kbps) {
  return sdp.replaceAll(/x-google-start-bitrate=\d+/g, `x-google-start-bitrate=${QUIET_KBPS};x-google-min-bitrate=${kbps}`);
}

/** @param {RTCPeerConnection} connection @returns {RTCRtpSender | undefined} */
const camera = (connection) => connection.getTransceivers().find((each) => each.mid === "1")?.sender;

/** Hold the camera to what a hearing's may send.
 * @param {RTCPeerConnection | null} connection @param {number} [kbps] */
export async function hold(connection, kbps = QUIET_KBPS) {
  const sender = connection && camera(connection);
  const parameters = sender?.getParameters();
  if (!parameters?.encodings?.length) return;
  for (const each of parameters.encodings) each.maxBitrate = kbps * 1000;
  await sender?.setParameters(parameters).catch(() => {});
}

/** Rows of (ms, octets and packets in, octets and packets out), until what was sent has come through.
 * @param {RTCPeerConnection} connection @param {{seconds: number, kbps: number}} order
 * @returns {Promise<number[][]>} */
export async function fill(connection, { seconds, kbps }) {
  const sender = camera(connection);
  const own = sender?.track ?? null;
  const noise = new Noise();
  await hold(connection, kbps);
  await sender?.replaceTrack(noise.track);
  const rows = await count(connection, seconds * 1000);
  await sender?.replaceTrack(own);
  noise.stop();
  await hold(connection);
  return [...rows, ...(await count(connection, COUNT_ON))];
}

/** @param {RTCPeerConnection} connection @param {number} milliseconds */
async function count(connection, milliseconds) {
  /** @type {number[][]} */
  const rows = [];
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    const row = counters(await connection.getStats());
    if (row) rows.push(row);
    await new Promise((done) => setTimeout(done, EVERY));
  }
  return rows;
}

/** @param {RTCStatsReport} report */
function counters(report) {
  for (const each of report.values()) {
    if (each.type !== "transport" || each.bytesReceived === undefined) continue;
    return [each.timestamp, each.bytesReceived, each.packetsReceived ?? 0, each.bytesSent, each.packetsSent ?? 0];
  }
  return null;
}

class Noise {
  constructor() {
    const canvas = Object.assign(document.createElement("canvas"), SIZE);
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const image = context.createImageData(SIZE.width, SIZE.height);
    this.track = canvas.captureStream(30).getVideoTracks()[0];
    this.timer = setInterval(() => {
      for (let at = 0; at < image.data.length; at += 65536) {
        crypto.getRandomValues(image.data.subarray(at, Math.min(at + 65536, image.data.length)));
      }
      context.putImageData(image, 0, 0);
    }, 33);
  }

  stop() {
    clearInterval(this.timer);
    this.track.stop();
  }
}
