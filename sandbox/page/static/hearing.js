/**
 * What the feed tells, handed to the parts of the page that it concerns.
 * @typedef {import("./message.js").Message} Message
 */

import * as actions from "./actions.js";
import { takeAnswer } from "./answers.js";
import { forget } from "./choices.js";
import { complain } from "./complaints.js";
import { channelOf, isThread, Kind, on, state, tell, written } from "./state.js";
import { startTyping, stopTyping } from "./typing.js";
import { countMention, everyChannel, markRead, mentionsIn, recallMarks } from "./unread.js";
import { announce, silence } from "./voice.js";

/** So that many changes at once are looked at once. */
const SETTLED = 50;

export class Hearing {
  /**
   * @param {import("./timeline.js").Timeline} timeline @param {import("./composer.js").Composer} composer
   * @param {(channel?: string | null) => void} go
   */
  constructor(timeline, composer, go) {
    this.timeline = timeline;
    this.composer = composer;
    this.go = go;
    document.addEventListener("visibilitychange", () => this.look());
    timeline.scroller.place.addEventListener("scroll", () => this.look(), { passive: true });
    for (const topic of ["place", "unread", "overview"]) on(topic, () => this.title());
  }

  /** @param {import("./feed.js").Item} item */
  take(item) {
    const heard = { hello: this.hello, message: this.message, typing: this.typing, answer: this.answer, bot: this.bot,
      channel: this.places, guild: this.places }[item.kind];
    heard?.call(this, item);
  }

  async hello() {
    const first = state.overview === null;
    try {
      await this.lookAgain();
      if (first) {
        recallMarks();
        this.go();
      } else {
        await this.timeline.refresh();
      }
    } catch (error) {
      complain(error);
      return;
    }
    this.link(true);
  }

  lost() {
    this.link(false);
  }

  link(linked) {
    state.linked = linked;
    const place = document.getElementById("link");
    place.hidden = linked;
    place.textContent = "Connecting to the sandbox…";
    tell("link");
  }

  async lookAgain() {
    state.overview = await actions.overview();
    tell("overview");
    for (const { thread } of this.timeline.messages) if (thread) this.timeline.redraw(thread.id);
    if (state.place && !channelOf(state.place)) this.go(null);
    else if (state.place) this.composer.allow();
  }

  places() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.lookAgain().catch(complain), SETTLED);
  }

  /** @param {{ change: "created" | "edited" | "deleted", message: Message }} item */
  message({ change, message }) {
    if (change === "deleted") this.deleted(message);
    else if (message.channel === state.place) announce(message);
    if (change !== "created") forget(message.id);
    this.timeline.take(change, message);
    if (change === "created") this.created(message);
  }

  /** @param {Message} message */
  created(message) {
    stopTyping(message.channel, message.author.id);
    const channel = channelOf(message.channel);
    if (!channel) return;
    channel.last = message.id;
    if (isThread(channel)) this.grown(channel, 1);
    if (message.mine || this.isLookedAt(message.channel)) markRead(channel);
    else if (message.pings || channel.kind === Kind.DIRECT) countMention(message);
    else tell("unread");
  }

  /** @param {Message} message */
  deleted(message) {
    silence(message.id);
    const channel = channelOf(message.channel);
    if (channel && isThread(channel)) this.grown(channel, -1);
  }

  /** A thread has so many messages more, which is shown below the message that it was started from. */
  grown(thread, more) {
    thread.count = Math.max(0, thread.count + more);
    this.timeline.redraw(thread.id);
  }

  isLookedAt(channel) {
    return channel === state.place && document.visibilityState === "visible" && this.timeline.scroller.ended;
  }

  /** Whoever comes back to the page, or to its end, has read what is there. */
  look() {
    if (state.place && this.isLookedAt(state.place)) markRead(channelOf(state.place));
  }

  typing({ channel_id: channel, author_id: who }) {
    startTyping(channel, who);
  }

  answer({ result, sentence, ...answer }) {
    takeAnswer(answer.interaction, result === "failed" ? { ...answer, failed: sentence } : answer);
  }

  bot({ online }) {
    if (!state.overview) return;
    state.overview.bot.online = online;
    tell("bot");
  }

  title() {
    const channel = channelOf(state.place);
    if (!channel) return;
    const mentions = everyChannel().reduce((total, each) => total + mentionsIn(each.id), 0);
    document.title = `${mentions ? `(${mentions}) ` : ""}${written(channel)} · ${state.person} · Sandbox`;
  }
}
