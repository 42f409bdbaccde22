/**
 * The messages of the open channel: loaded by pages, kept in order, each redrawn only when it changes.
 * @typedef {import("./message.js").Message} Message
 */

import * as actions from "./actions.js";
import { h, match } from "./dom.js";
import { drawMessage } from "./message.js";
import { Scroller } from "./scroller.js";
import { byAge, channelOf, Kind, state, written } from "./state.js";
import { dayOf } from "./time.js";

const TOGETHER = 7 * 60_000;
const GROUPED = new Set(["default", "reply"]);

export class Timeline {
  /** @param {HTMLElement} place what scrolls @param {HTMLElement} log the list @param {HTMLButtonElement} present */
  constructor(place, log, present) {
    this.log = log;
    this.scroller = new Scroller(place, log, present, {
      top: () => this.loadOlder(),
      bottom: () => this.loadNewer(),
      present: () => this.toPresent(),
    });
    this.clear();
  }

  clear() {
    /** @type {Message[]} */
    this.messages = [];
    /** @type {Map<string, HTMLElement>} */
    this.nodes = new Map();
    this.first = this.last = true;
    this.fresh = null;
    this.loading = null;
    /** What happens while a page is on its way, which may be older than that. @type {[string, Message][] | null} */
    this.heard = null;
    this.log.replaceChildren();
  }

  close() {
    this.clear();
    this.channel = null;
  }

  /** @param {string} channel @param {string | null} fresh the newest message that was read there before */
  async open(channel, fresh) {
    this.clear();
    this.channel = channel;
    await this.load({}, fresh);
    this.scroller.toEnd();
  }

  /** Everything again, where the connection was lost for a while; what is shown stays in its place. */
  async refresh() {
    if (this.scroller.ended) await this.load({});
    else if (this.messages.length) await this.load({ around: this.scroller.topmost() ?? this.messages[0].id });
  }

  /** Puts one page in the place of what is shown. @param {Record<string, string>} where @param {string | null} [read] */
  async load(where, read = this.fresh) {
    const channel = this.channel;
    const heard = [];
    this.heard = heard;
    const page = await actions.history(channel, where).finally(() => {
      if (this.heard === heard) this.heard = null;
    });
    if (channel !== this.channel) return;
    const kept = this.messages.filter((message) => message.local);
    this.messages = [...page.messages, ...kept].sort((one, other) => byAge(one.id, other.id));
    this.first = page.first;
    this.last = page.last;
    this.fresh = read;
    this.draw();
    for (const [change, message] of heard) this.take(change, message);
  }

  loadOlder() {
    if (this.first || !this.messages.length) return;
    this.more({ before: this.messages[0].id }, (page) => {
      this.first = page.first;
    });
  }

  loadNewer() {
    if (this.last || !this.messages.length) return;
    this.more({ after: this.messages.at(-1).id }, (page) => {
      this.last = page.last;
    });
  }

  /** One page at a time, added to what is there. */
  async more(where, note) {
    if (this.loading) return;
    const channel = this.channel;
    this.loading = actions.history(channel, where);
    try {
      const page = await this.loading;
      if (channel !== this.channel) return;
      note(page);
      const known = new Set(this.messages.map((message) => message.id));
      this.messages.push(...page.messages.filter((message) => !known.has(message.id)));
      this.messages.sort((one, other) => byAge(one.id, other.id));
      this.scroller.steadily(() => this.draw());
    } finally {
      this.loading = null;
    }
  }

  async toPresent() {
    if (!this.last) await this.load({});
    this.scroller.toEnd();
  }

  /** Shows a message in the middle, and loads what is around it if need be. @param {string} id */
  async jump(id) {
    if (!this.nodes.has(id)) await this.load({ around: id });
    const node = this.nodes.get(id);
    if (!node) return;
    this.scroller.release();
    node.scrollIntoView({ block: "center" });
    node.focus({ preventScroll: true });
    node.classList.remove("flash");
    requestAnimationFrame(() => node.classList.add("flash"));
  }

  /** @param {"created" | "edited" | "deleted"} change @param {Message} message */
  take(change, message) {
    if (message.channel !== this.channel) return;
    if (this.heard) this.heard.push([change, message]);
    else if (change === "deleted") this.remove(message.id);
    else if (this.nodes.has(message.id)) this.replace(message);
    else if (change === "created" || message.loading) this.add(message);
  }

  /** @param {Message} message */
  add(message) {
    if (!this.last && !message.local) {
      this.scroller.missed();
      return;
    }
    const before = this.messages.findLastIndex((each) => byAge(each.id, message.id) < 0);
    this.messages.splice(before + 1, 0, message);
    this.drawAt(before + 1);
    this.drawAt(before + 2);
    if (message.mine || message.used?.by.id === state.overview.me.id) this.scroller.toEnd();
    else this.scroller.grown();
  }

  /** @param {Message} message */
  replace(message) {
    const index = this.indexOf(message.id);
    this.messages[index] = message;
    this.drawAt(index);
  }

  /** Of a message only what stands around it has changed. */
  redraw(id) {
    if (this.nodes.has(id)) this.drawAt(this.indexOf(id));
  }

  remove(id) {
    const index = this.indexOf(id);
    if (index < 0) return;
    this.messages.splice(index, 1);
    this.nodes.get(id).remove();
    this.nodes.delete(id);
    this.drawAt(index);
  }

  indexOf(id) {
    return this.messages.findIndex((message) => message.id === id);
  }

  /** @param {string} id @returns {Message | undefined} */
  find(id) {
    return this.messages.find((message) => message.id === id);
  }

  /** The newest message of one's own, for the key that edits it. */
  lastOwn() {
    return this.messages.findLast((message) => message.mine && !message.local);
  }

  draw() {
    const wanted = new Set(this.messages.map((message) => message.id));
    for (const [id, node] of this.nodes) {
      if (!wanted.has(id)) {
        node.remove();
        this.nodes.delete(id);
      }
    }
    this.messages.forEach((_, index) => this.drawAt(index));
    this.drawBeginning();
  }

  /** Draws one message in its place; one that is not there is passed over. */
  drawAt(index) {
    const message = this.messages[index];
    if (!message) return;
    const fresh = drawMessage(message, this.context(index));
    const shown = this.nodes.get(message.id);
    if (shown) {
      match(shown, fresh);
      return;
    }
    this.nodes.set(message.id, fresh);
    const next = this.messages.slice(index + 1).find((each) => this.nodes.has(each.id));
    this.log.insertBefore(fresh, next ? this.nodes.get(next.id) : null);
  }

  /** @returns {import("./message.js").Context} */
  context(index) {
    const message = this.messages[index];
    const before = this.messages[index - 1];
    const day = !before || dayOf(before.at) !== dayOf(message.at);
    const firstUnread = this.fresh !== null && byAge(message.id, this.fresh) > 0 && !message.mine
      && (!before || byAge(before.id, this.fresh) <= 0);
    const compact = !day && !firstUnread && isSame(before.author, message.author) && message.at - before.at < TOGETHER
      && message.kind === "default" && GROUPED.has(before.kind) && !message.private && !before.private;
    return { compact, day, fresh: firstUnread };
  }

  drawBeginning() {
    this.log.querySelector(".beginning")?.remove();
    const channel = channelOf(this.channel);
    if (!this.first || !channel) return;
    this.log.prepend(h("li.beginning", {}, h("h2", {}, written(channel)), h("p", {}, beginning(channel))));
  }
}

/** A webhook writes under more than one name. */
function isSame(one, other) {
  return one.id === other.id && one.name === other.name;
}

function beginning(channel) {
  if (channel.with) return `Direct messages with ${channel.name} begin here.`;
  if (channel.kind === Kind.VOICE || channel.kind === Kind.STAGE) return "Nobody speaks here, as the sandbox has no sound; people can write.";
  return `This is where ${written(channel)} begins.`;
}
