/**
 * Where people write: text with completion, replies, edits, files, and commands in their own form.
 * @typedef {import("./message.js").Message} Message
 */

import * as actions from "./actions.js";
import { Banner } from "./banner.js";
import { CommandForm } from "./command.js";
import { completionOf } from "./completion.js";
import { complain, forgive } from "./complaints.js";
import { drawParts } from "./composer-parts.js";
import { Listbox } from "./listbox.js";
import { commandItems, slashCommands } from "./slash.js";
import { channelOf, isForum, may, state, whyMute, written } from "./state.js";
import { acceptDrops, Tray } from "./tray.js";
import { toContent, toText } from "./writing.js";

const TYPING_EVERY = 8_000;
const TALLEST = 0.45;

export class Composer {
  /**
   * @param {HTMLElement} place
   * @param {{ run: (command: string, options: object) => Promise<boolean>, editLast: () => Message | undefined,
   *   pickEmoji: (beside: Element, done: (emoji: string) => void) => void }} ways
   */
  constructor(place, ways) {
    this.ways = ways;
    /** @type {Message | null} */
    this.replyTo = null;
    /** @type {Message | null} */
    this.editing = null;
    /** What was begun in other channels. @type {Map<string, string>} */
    this.drafts = new Map();
    this.typedAt = 0;
    this.tray = new Tray();
    this.banner = new Banner(() => this.stop());
    this.draw(place);
    this.list = new Listbox(this.popup, this.field);
  }

  draw(place) {
    Object.assign(this, drawParts());
    place.append(this.above, this.popup, this.banner.node, this.tray.node, this.box, this.chooser);
    this.listen(place);
  }

  listen(place) {
    this.field.addEventListener("input", () => this.typed());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("paste", (event) => this.take(event, event.clipboardData));
    this.field.addEventListener("blur", () => this.list.hide());
    this.attach.addEventListener("click", () => this.chooser.click());
    this.chooser.addEventListener("change", () => {
      this.tray.add(this.chooser.files);
      this.chooser.value = "";
      this.field.focus();
    });
    this.send.addEventListener("click", () => this.submit());
    this.smile.addEventListener("click", () => this.ways.pickEmoji(this.smile, (emoji) => this.insert(emoji)));
    acceptDrops(place.parentElement, (event) => this.take(event, event.dataTransfer));
  }

  /** Files that were pasted or dropped. */
  take(event, data) {
    if (!data.files.length || this.attach.disabled) return;
    event.preventDefault();
    this.tray.add(data.files);
    this.field.focus();
  }

  /** @param {string | null} before the channel that was open */
  open(before) {
    if (before) this.drafts.set(before, this.editing ? "" : this.field.value);
    this.leaveCommand();
    this.stop();
    this.tray.clear();
    forgive();
    this.put(this.drafts.get(state.place) ?? "");
    this.allow();
  }

  /** What this person may do in the open channel. */
  allow() {
    const channel = channelOf(state.place);
    const why = isForum(channel) ? "People write in the posts" : whyMute(channel);
    const open = !why;
    this.field.disabled = this.send.disabled = this.smile.disabled = !open;
    this.attach.disabled = !open || !may(channel, "attach");
    this.field.placeholder = why || `Message ${written(channel)}`;
  }

  focus() {
    if (this.command) this.command.focus();
    else this.field.focus();
  }

  put(text) {
    this.field.value = text;
    this.grow();
  }

  /** @param {string} text at the caret */
  insert(text) {
    this.field.setRangeText(text, this.field.selectionStart, this.field.selectionEnd, "end");
    this.field.focus();
    this.typed();
  }

  grow() {
    this.field.style.setProperty("height", "auto");
    this.field.style.setProperty("height", `${Math.min(this.field.scrollHeight, innerHeight * TALLEST)}px`);
  }

  typed() {
    forgive();
    this.grow();
    this.complete();
    if (this.field.value.startsWith("/") || !this.field.value || this.editing || Date.now() - this.typedAt < TYPING_EVERY) return;
    this.typedAt = Date.now();
    actions.type(state.place).catch(complain);
  }

  complete() {
    const before = this.field.value.slice(0, this.field.selectionStart);
    if (before.startsWith("/") && !before.includes("\n") && !this.editing) {
      this.offerCommands(before.slice(1));
      return;
    }
    const found = completionOf(before, (start, text) => {
      this.field.setRangeText(text, start, this.field.selectionStart, "end");
      this.list.hide();
      this.typed();
    });
    if (found?.items.length) this.list.show(found.items, found.label);
    else this.list.hide();
  }

  async offerCommands(typed) {
    const channel = state.place;
    let commands;
    try {
      commands = await slashCommands(channel);
    } catch (error) {
      complain(error);
      return;
    }
    if (channel !== state.place || this.command || this.field.value.slice(1) !== typed) return;
    const exact = typed.endsWith(" ") && commands.find((command) => command.path === typed.trim());
    if (exact) {
      this.begin(exact);
      return;
    }
    const items = commandItems(commands, typed, (command) => this.begin(command));
    this.list.show(items, "Commands", { note: commands.length ? "" : "The bot has registered no commands that are offered here." });
  }

  /** @param {import("./slash.js").Command} command */
  begin(command) {
    this.list.hide();
    this.put("");
    this.stop();
    this.command = new CommandForm(this.popup, command, state.place, {
      run: (options) => this.ways.run(command.path, options),
      leave: () => this.leaveCommand(true),
    });
    this.box.replaceWith(this.command.node);
    this.command.focus();
  }

  leaveCommand(focus = false) {
    if (!this.command) return;
    this.popup.hidden = true;
    this.command.node.replaceWith(this.box);
    this.command = null;
    if (focus) this.field.focus();
  }

  /** @param {Message} message */
  reply(message) {
    this.leaveCommand();
    this.stop();
    this.replyTo = message;
    this.banner.reply(message);
    this.field.focus();
  }

  /** @param {Message} message */
  edit(message) {
    this.leaveCommand();
    this.stop();
    this.drafts.set(state.place, this.field.value);
    this.editing = message;
    this.put(toText(message.content, message.channel));
    this.banner.edit();
    this.field.focus();
    this.field.setSelectionRange(this.field.value.length, this.field.value.length);
  }

  /** Neither answers nor edits any more. */
  stop() {
    if (this.editing) this.put(this.drafts.get(state.place) ?? "");
    this.editing = this.replyTo = null;
    this.banner.hide();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (this.list.key(event) || event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape" && (this.editing || this.replyTo)) {
      event.preventDefault();
      this.stop();
    } else if (event.key === "ArrowUp" && !this.field.value) {
      const last = this.ways.editLast();
      if (!last) return;
      event.preventDefault();
      this.edit(last);
    }
  }

  async submit() {
    const sent = this.field.value;
    const text = sent.trim();
    const { files } = this.tray;
    if ((!text && !files.length) || this.sending) return;
    const content = toContent(text, state.place);
    this.sending = true;
    forgive();
    try {
      if (this.editing) await actions.edit(this.editing.id, content);
      else await actions.say({ channel: state.place, content, replyTo: this.replyTo?.id, ping: this.banner.ping, files });
    } catch (error) {
      complain(error);
      return;
    } finally {
      this.sending = false;
    }
    const edited = this.editing;
    const more = this.field.value.slice(sent.length); // what was typed meanwhile belongs to the next message
    if (!edited && this.field.value.startsWith(sent)) this.put(more);
    this.stop();
    this.tray.clear();
    this.typedAt = 0;
    if (!edited && more) this.typed();
  }
}
