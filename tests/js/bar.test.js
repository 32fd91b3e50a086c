import assert from "node:assert/strict";
import { test } from "node:test";

import { asks } from "../../config/static/bar.js";

class Element {
  /** @param {boolean} typing */
  constructor(typing) {
    this.typing = typing;
  }

  closest() {
    return this.typing ? this : null;
  }
}
Object.assign(globalThis, { Element });

/** @param {object} facts */
const pressed = (facts) => /** @type {KeyboardEvent} */ (/** @type {unknown} */ ({ key: "/", target: new Element(false), ...facts }));

test("a slash asks for the search", () => assert.equal(asks(pressed({})), true));
test("a slash in a field is a slash", () => assert.equal(asks(pressed({ target: new Element(true) })), false));
test("another key asks for nothing", () => assert.equal(asks(pressed({ key: "s" })), false));
test("a slash with Control is the browser's", () => assert.equal(asks(pressed({ ctrlKey: true })), false));
