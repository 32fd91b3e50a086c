// Reads iCalendar objects, a JSON list of texts on standard input, as ical.js does: method, status, sequence and the
// instants of the one event, in seconds since 1970. Another engine's judgement of what the house writes.
import ICAL from "ical.js";
import { readFileSync } from "node:fs";

/** @param {string} text */
function read(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const [component] = calendar.getAllSubcomponents("vevent");
  const event = new ICAL.Event(component);
  return [
    calendar.getFirstPropertyValue("method"),
    component.getFirstPropertyValue("status"),
    event.sequence,
    event.startDate.toUnixTime(),
    event.endDate.toUnixTime(),
  ];
}

/** @type {string[]} */
const texts = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(texts.map(read)));
