// Which ways to the relays are open from here: over UDP, TCP, TLS. Never touches the page; no address is read.

/** @typedef {"open" | "closed"} Reach */
/** @typedef {{udp: Reach | null, tcp: Reach | null, tls: Reach | null}} Reaches */

const PATIENCE = 4000;

/** @param {string} url of a relay (RFC 7065) @returns {"udp" | "tcp" | "tls"} */
export function way(url) {
  if (url.startsWith("turns:")) return "tls";
  return /[?&]transport=tcp\b/.test(url) ? "tcp" : "udp";
}

/** Ask each relay for an allocation, by each way that the service offers. A way that it does not offer is null.
 * @param {RTCIceServer[]} servers @param {(configuration: RTCConfiguration) => RTCPeerConnection} [connect]
 * @returns {Promise<Reaches>} */
export async function reach(servers, connect = (configuration) => new RTCPeerConnection(configuration)) {
  /** @type {Reaches} */
  const found = { udp: null, tcp: null, tls: null };
  const relays = servers.flatMap((server) => [server.urls].flat().map((url) => ({ ...server, urls: url })));
  await Promise.all(
    relays
      .filter(({ urls }) => /^turns?:/.test(urls))
      .map(async (server) => {
        const open = await allocates(server, connect);
        if (found[way(server.urls)] !== "open") found[way(server.urls)] = open ? "open" : "closed";
      }),
  );
  return found;
}

/** @param {RTCIceServer} server @param {(configuration: RTCConfiguration) => RTCPeerConnection} connect */
async function allocates(server, connect) {
  const connection = connect({ iceServers: [server], iceTransportPolicy: "relay" });
  try {
    return await new Promise((done) => {
      setTimeout(() => done(false), PATIENCE);
      // With the relay alone allowed, a candidate is an allocation.
      connection.onicecandidate = ({ candidate }) => done(Boolean(candidate?.candidate));
      connection.createDataChannel("reach");
      connection.setLocalDescription().catch(() => done(false));
    });
  } finally {
    connection.close();
  }
}
