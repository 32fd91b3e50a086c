// What each tile shows, from what the server said and how the link stands. Never touches the page.

import * as m from "./messages.js";

/** @typedef {"off" | "connecting" | "live" | "lost"} TileState */
/** @typedef {RTCPeerConnectionState | "reconnecting"} LinkState */

/** @param {string} seat @param {m.Scene} scene @param {LinkState} link @returns {TileState} */
export function tileState(seat, scene, link) {
  const received = scene.receives.some((each) => each.seat === seat);
  const neighbour = scene.seats.find((each) => each.seat === seat);
  if (!received || !neighbour) return "off";
  if (!neighbour.here || link === "reconnecting" || link === "failed" || link === "disconnected") return "lost";
  if (link !== "connected") return "connecting";
  return neighbour.video || !receivesPicture(seat, scene) ? "live" : "off";
}

/** @param {string} seat @param {m.Scene} scene */
function receivesPicture(seat, scene) {
  return scene.receives.some((each) => each.seat === seat && each.kind === "video");
}

/** The scene after one piece of news of a neighbour.
 * @param {m.Scene} scene @param {m.Muted | m.Present} news @returns {m.Scene} */
export function told(scene, news) {
  const { type: _type, sender, ...facts } = news;
  const seats = scene.seats.map((each) => (each.seat === sender ? { ...each, ...facts } : each));
  return { ...scene, seats };
}

/** How loud a seat is for a listener who chose a channel: his channel whole, the others under it. What goes from one
 * interpreter to the next in the third language of a relay is for them alone, and they hear nothing beside it.
 * @param {string} into what this seat speaks into @param {string} listens the chosen channel */
export function loudness(into, listens) {
  if (listens === "floor") return into === "floor" ? 1 : 0;
  if (into === listens) return 1;
  return into === "pivot" || listens === "pivot" ? 0 : 0.2;
}
