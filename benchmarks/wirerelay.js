// The same relay of JSON in a room, by node and `ws`: reads, checks the shape, writes the sender itself, encodes once.

import { WebSocketServer } from "ws";

/** @typedef {{socket: import("ws").WebSocket, seat: string, room: number, sequence: number}} Member */
/** @type {Map<number, Set<Member>>} */
const rooms = new Map();

/** @param {any} said */
const isMute = (said) =>
  said.type === "mute" && typeof said.audio === "boolean" && typeof said.video === "boolean" && Object.keys(said).length === 3;

const server = new WebSocketServer({ port: Number(process.argv[2]), host: "127.0.0.1", perMessageDeflate: false, maxPayload: 32768 });
server.on("connection", (socket) => {
  /** @type {Member | null} */
  let member = null;
  socket.on("message", (data) => {
    const said = JSON.parse(data.toString());
    if (member === null) {
      member = { socket, seat: said.seat, room: said.room, sequence: 0 };
      if (!rooms.has(said.room)) rooms.set(said.room, new Set());
      rooms.get(said.room)?.add(member);
      return socket.send(JSON.stringify({ type: "welcome", version: 1, seat: said.seat }));
    }
    if (!isMute(said)) return socket.send('{"type":"error","code":"malformed"}');
    member.sequence += 1;
    const news = { type: "muted", sender: member.seat, sequence: member.sequence, audio: said.audio, video: said.video };
    const frame = JSON.stringify(news);
    for (const each of rooms.get(member.room) ?? []) if (each !== member) each.socket.send(frame);
  });
  socket.on("close", () => member && rooms.get(member.room)?.delete(member));
});
