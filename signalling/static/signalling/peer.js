// The media link. The media process is the only offerer, so all there is to do is answer. Never touches the page.

import * as m from "./messages.js";

/** @typedef {{seat: string, kind: "audio" | "video", track: MediaStreamTrack}} Incoming */
/** Which m-line carries the own microphone and camera. */
const UP = /** @type {const} */ ({ 0: "audio", 1: "video" });

/**
 * @typedef {object} PeerOptions
 * @property {(message: m.Answer) => void} send
 * @property {(incoming: Incoming[]) => void} receives All tracks that arrive, each time they change.
 * @property {(state: RTCPeerConnectionState) => void} stands
 * @property {(channel: RTCDataChannel) => void} [channel]
 * @property {(configuration: RTCConfiguration) => RTCPeerConnection} [connect]
 */

export class Peer {
  /** @param {PeerOptions} options */
  constructor({ send, receives, stands, channel = () => {}, connect = (config) => new RTCPeerConnection(config) }) {
    this.send = send;
    this.receives = receives;
    this.stands = stands;
    this.channel = channel;
    this.connect = connect;
    /** @type {string | null} */
    this.link = null;
    /** @type {RTCPeerConnection | null} */
    this.connection = null;
    /** @type {{audio: MediaStreamTrack | null, video: MediaStreamTrack | null}} */
    this.own = { audio: null, video: null };
    /** @type {Promise<void>} */
    this.turn = Promise.resolve();
  }

  /** Answer an offer. Two offers never interleave: the second waits for the first.
   * @param {m.Offer} offer */
  answer(offer) {
    this.turn = this.turn.then(() => this.#answer(offer)).catch(() => this.stands("failed"));
    return this.turn;
  }

  /** Send this track, or nothing, as the own microphone or camera; no new offer is needed.
   * @param {"audio" | "video"} kind @param {MediaStreamTrack | null} track */
  async give(kind, track) {
    this.own[kind] = track;
    await Promise.all(this.#uplinks().filter((each) => each.kind === kind).map((each) => each.sender.replaceTrack(track)));
  }

  close() {
    const connection = this.connection;
    this.connection = null;
    this.link = null;
    connection?.close();
    this.receives([]);
  }

  /** @param {m.Offer} offer */
  async #answer(offer) {
    const connection = offer.link === this.link && this.connection ? this.connection : this.#begin(offer);
    await connection.setRemoteDescription({ type: "offer", sdp: offer.sdp });
    await Promise.all(
      this.#uplinks().map(async ({ kind, sender, transceiver }) => {
        transceiver.direction = "sendonly";
        if (kind === "video" && !connection.localDescription) await layered(sender);
        await sender.replaceTrack(this.own[kind]);
      }),
    );
    await connection.setLocalDescription();
    if (this.connection !== connection) return;
    this.send(m.answer({ link: offer.link, sdp: connection.localDescription?.sdp ?? "" }));
    this.receives(incoming(connection, offer.tracks));
  }

  /** @param {m.Offer} offer */
  #begin(offer) {
    this.close();
    const connection = this.connect({ iceServers: offer.servers, iceTransportPolicy: offer.relay ? "relay" : "all" });
    connection.onconnectionstatechange = () =>
      this.connection === connection && this.stands(connection.connectionState);
    connection.ondatachannel = (event) => this.channel(event.channel);
    this.connection = connection;
    this.link = offer.link;
    this.stands("connecting");
    return connection;
  }

  #uplinks() {
    const transceivers = this.connection?.getTransceivers() ?? [];
    return transceivers.flatMap((transceiver) => {
      const kind = UP[/** @type {"0" | "1"} */ (transceiver.mid)];
      return kind ? [{ kind, sender: transceiver.sender, transceiver }] : [];
    });
  }
}

/** Send the picture in three temporal layers, so that fewer pictures reach whoever's line cannot carry all.
 * A browser that knows none sends as before. @param {RTCRtpSender} sender */
async function layered(sender) {
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings) Object.assign(encoding, { scalabilityMode: "L1T3" });
  await sender.setParameters(parameters).catch(() => {});
}

/** @param {RTCPeerConnection} connection @param {m.Track[]} tracks @returns {Incoming[]} */
function incoming(connection, tracks) {
  const byMid = new Map(connection.getTransceivers().map((each) => [each.mid, each.receiver.track]));
  return tracks.flatMap(({ mid, seat, kind, up }) => {
    const track = byMid.get(mid);
    return up || !track ? [] : [{ seat, kind, track }];
  });
}
