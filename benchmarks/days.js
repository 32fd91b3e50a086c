// The search as booking pages for one person do it: day by day, range by range, with a date object for every instant.
// Reads a problem (SLOTS.md) on standard input; prints how many starts it found and the milliseconds it took.
import { readFileSync } from "node:fs";

const MINUTE = 60_000;
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** An instant seen in a zone; immutable, made anew by each step, as the date libraries of the browser are. */
class Moment {
  constructor(at, zone) {
    this.at = at;
    this.zone = zone;
    const parts = Object.fromEntries(clock(zone).formatToParts(at).map((part) => [part.type, part.value]));
    const hour = Number(parts.hour) % 24;
    this.wall = Date.UTC(parts.year, parts.month - 1, parts.day, hour, parts.minute, parts.second);
  }
  get weekday() { return DAYS[new Date(this.wall).getUTCDay()]; }
  plus(minutes) { return new Moment(this.at + minutes * MINUTE, this.zone); }
  startOfDay() { return this.set(0); }
  set(minutes) {
    const midnight = Math.floor(this.wall / 86_400_000) * 86_400_000;
    const wanted = midnight + minutes * MINUTE;
    const guess = new Moment(this.at + (wanted - this.wall), this.zone);
    return guess.wall === wanted ? guess : new Moment(guess.at + (wanted - guess.wall), this.zone);
  }
}

const clocks = new Map();
function clock(zone) {
  if (!clocks.has(zone)) {
    const shape = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" };
    clocks.set(zone, new Intl.DateTimeFormat("en-US", { ...shape, hour12: false, timeZone: zone }));
  }
  return clocks.get(zone);
}

const minutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

/** The ranges in which a resource is open, a day at a time. */
function openings(resource, first, past) {
  const found = [];
  for (let day = new Moment(first, resource.zone).plus(-1440); day.at < past + 1440 * MINUTE; day = day.plus(1440)) {
    for (const [opens, closes] of resource.hours?.[day.weekday] ?? []) {
      found.push({ start: day.set(minutes(opens)), end: day.set(minutes(closes)) });
    }
  }
  return found;
}

/** Ranges without what is busy. */
function subtract(ranges, busy) {
  return busy.reduce(
    (left, taken) =>
      left.flatMap((range) => {
        if (taken.end.at <= range.start.at || range.end.at <= taken.start.at) return [range];
        const rest = [];
        if (range.start.at < taken.start.at) rest.push({ start: range.start, end: taken.start });
        if (taken.end.at < range.end.at) rest.push({ start: taken.end, end: range.end });
        return rest;
      }),
    ranges,
  );
}

function solve(problem) {
  const [first, past] = problem.horizon.map(Date.parse);
  const free = new Map();
  for (const one of problem.resources) {
    const busy = one.busy.map(([start, end]) => ({
      start: new Moment(Date.parse(start), one.zone), end: new Moment(Date.parse(end), one.zone),
    }));
    free.set(one.id, { ...one, ranges: subtract(openings(one, first, past), busy) });
  }
  const step = (problem.grid ?? 15) * MINUTE;
  let feasible = 0;
  for (let at = Math.ceil(first / step) * step; at + problem.duration * MINUTE <= past; at += step) {
    const start = new Moment(at, "UTC");
    const met = problem.needs.every((need) => {
      const able = need.of.map((id) => free.get(id)).filter((one) => {
        const from = start.plus(-(one.before ?? 0)), until = start.plus(problem.duration + (one.after ?? 0));
        return one.ranges.some((range) => range.start.at <= from.at && until.at <= range.end.at);
      });
      return able.length >= need.count;
    });
    if (met) feasible += 1;
  }
  return feasible;
}

const problem = JSON.parse(readFileSync(0, "utf8"));
const started = performance.now();
const feasible = solve(problem);
console.log(JSON.stringify({ feasible, milliseconds: performance.now() - started }));
