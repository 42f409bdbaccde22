/**
 * One option of a command being typed: its field, and what is suggested for it.
 * @typedef {import("./slash.js").Option} Option
 * @typedef {{ value: any, label: string }} Suggestion
 */

import { channelChoices } from "./choices.js";
import { h } from "./dom.js";
import { OptionType } from "./slash.js";
import { audienceOf, guildOf } from "./state.js";

const NUMBERS = new Set([OptionType.INTEGER, OptionType.NUMBER]);

export class OptionField {
  /** @param {Option} option @param {string} channel */
  constructor(option, channel) {
    this.option = option;
    this.channel = channel;
    /** What was picked of the suggestions; typing takes it back. @type {Suggestion | null} */
    this.picked = null;
    this.node = option.type === OptionType.ATTACHMENT ? this.drawFile() : this.drawText();
  }

  drawText() {
    this.input = h("input", { type: "text", role: "combobox", size: "8", "aria-label": this.option.name, "aria-required": String(Boolean(this.option.required)),
      autocomplete: "off", spellcheck: "false" });
    return h("label.pill", { "data-option": this.option.name }, h("span.option", {}, this.option.name), this.input);
  }

  drawFile() {
    this.input = h("input", { type: "file", "aria-label": this.option.name });
    return h("label.pill", { "data-option": this.option.name }, h("span.option", {}, this.option.name), this.input);
  }

  get text() {
    return this.option.type === OptionType.ATTACHMENT ? this.input.files[0]?.name ?? "" : this.input.value.trim();
  }

  get empty() {
    return this.text === "";
  }

  /** @param {Suggestion} suggestion */
  pick(suggestion) {
    this.picked = suggestion;
    this.input.value = suggestion.label;
    this.fit();
  }

  typed() {
    this.picked = null;
    this.fit();
  }

  fit() {
    this.input.size = Math.min(40, Math.max(8, this.input.value.length + 1));
  }

  /** As it is sent. What does not fit the kind is sent as it was typed, and refused with a sentence. */
  get value() {
    const { type } = this.option;
    if (type === OptionType.ATTACHMENT) return this.input.files[0] ?? null;
    const chosen = this.picked ?? this.known().find((each) => each.label.toLowerCase() === this.text.toLowerCase());
    if (chosen) return chosen.value;
    if (NUMBERS.has(type) && Number.isFinite(Number(this.text))) return Number(this.text);
    return this.text;
  }

  /** Whether the bot itself suggests. */
  get asksBot() {
    return this.option.autocomplete === true;
  }

  /** What can be told without the bot, of everything. @returns {(Suggestion & { about?: string, color?: string | null })[]} */
  known() {
    const { type, choices } = this.option;
    if (choices) return choices.map((choice) => ({ value: choice.value, label: choice.name }));
    if (type === OptionType.BOOLEAN) return [{ value: true, label: "True" }, { value: false, label: "False" }];
    const people = audienceOf(this.channel).map((each) => ({ value: each.username, label: each.name, color: each.color, about: each.bot ? "App" : "" }));
    const roles = (guildOf(this.channel)?.roles ?? []).map((role) => ({ value: role.name, label: `@${role.name}`, color: role.color }));
    if (type === OptionType.USER) return people;
    if (type === OptionType.ROLE) return roles;
    if (type === OptionType.MENTIONABLE) return [...people, ...roles];
    if (type === OptionType.CHANNEL) {
      return channelChoices(guildOf(this.channel), this.option.channel_types).map((each) => ({ ...each, about: each.description }));
    }
    return [];
  }

  /** Those that fit what was typed; all of them once one was picked. */
  suggestions() {
    const typed = this.picked ? "" : this.text.toLowerCase().replace(/^[@#]/u, "");
    return this.known().filter((each) => each.label.toLowerCase().includes(typed));
  }

  /** Why this cannot be sent, or an empty text. */
  get wrong() {
    if (this.empty) return this.option.required ? `${this.option.name} is required` : "";
    if (NUMBERS.has(this.option.type) && !this.picked && !Number.isFinite(Number(this.text))) return `${this.option.name} is a number`;
    return "";
  }
}
