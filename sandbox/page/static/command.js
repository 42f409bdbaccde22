/**
 * A command being filled in, in the place of the text field: one field for each option, suggestions as one types.
 * @typedef {import("./slash.js").Command} Command
 */

import * as actions from "./actions.js";
import { complain, complainThat, forgive } from "./complaints.js";
import { h } from "./dom.js";
import { Listbox } from "./listbox.js";
import { OptionField } from "./option.js";

/** Between two questions to the bot while somebody types. */
const PAUSE = 200;

export class CommandForm {
  /**
   * @param {HTMLElement} popup where suggestions are shown @param {Command} command @param {string} channel
   * @param {{ run: (options: Record<string, any>) => Promise<boolean>, leave: () => void }} ways
   */
  constructor(popup, command, channel, ways) {
    this.popup = popup;
    this.command = command;
    this.channel = channel;
    this.ways = ways;
    /** @type {OptionField[]} */
    this.fields = [];
    this.more = h("button.more", { type: "button", "aria-haspopup": "listbox" });
    this.pills = h("span.pills");
    this.node = h("form.command", { "aria-label": `Command ${command.path}` }, h("span.path", {}, `/${command.path}`), this.pills, this.more);
    this.node.addEventListener("submit", (event) => event.preventDefault());
    this.node.addEventListener("keydown", (event) => this.key(event));
    this.node.addEventListener("focusin", (event) => this.focused(event.target));
    this.node.addEventListener("input", (event) => this.changed(event.target));
    this.more.addEventListener("click", () => this.offerMore());
    for (const option of command.options) if (option.required) this.add(option);
    this.tellMore();
  }

  focus() {
    (this.fields.find((field) => field.empty)?.input ?? this.fields.at(-1)?.input ?? this.more).focus();
  }

  add(option) {
    const field = new OptionField(option, this.channel);
    field.list = new Listbox(this.popup, field.input);
    this.fields.push(field);
    this.pills.append(field.node);
    this.tellMore();
    return field;
  }

  get left() {
    return this.command.options.filter((option) => !this.fields.some((field) => field.option === option));
  }

  tellMore() {
    this.more.hidden = !this.left.length && this.fields.length > 0;
    this.more.textContent = this.left.length ? `+${this.left.length} optional` : "Press Enter to run";
  }

  fieldOf(node) {
    return this.fields.find((field) => field.input === node);
  }

  focused(node) {
    const field = this.fieldOf(node);
    if (field) this.suggest(field);
    else if (node === this.more) this.offerMore();
  }

  changed(node) {
    forgive();
    const field = this.fieldOf(node);
    if (!field) return;
    field.typed();
    this.suggest(field);
  }

  /** Options that may be left out. */
  offerMore() {
    this.moreList ??= new Listbox(this.popup, this.more);
    this.current = this.moreList;
    this.moreList.show(this.left.map((option) => ({ key: option.name, pick: () => this.add(option).input.focus(),
      draw: () => h("span.words", {}, h("span.label", {}, option.name), h("span.about", {}, option.description)) })), "Optional", { loose: true });
  }

  suggest(field) {
    this.current = field.list;
    const note = field.option.description ?? "";
    if (field.asksBot) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.askBot(field), PAUSE);
      return;
    }
    this.list(field, field.suggestions(), note);
  }

  list(field, suggestions, note) {
    const items = suggestions.map((each) => ({ key: `${each.value}`, pick: () => this.pick(field, each),
      draw: () => [h("span.label", { vars: { "--role": each.color } }, each.label), each.about && h("span.about", {}, each.about)] }));
    field.list.show(items, field.option.name, { note });
  }

  /** The bot's own suggestions; an answer to what was typed before the last letter is passed over. */
  async askBot(field) {
    const asked = field.text;
    const note = field.option.description ?? "";
    let answer;
    try {
      answer = await actions.complete(this.channel, this.command.path, { ...this.given(field), [field.option.name]: asked }, field.option.name);
    } catch (error) {
      complain(error);
      return;
    }
    if (document.activeElement !== field.input || field.text !== asked) return;
    if (answer.failed) this.list(field, [], "Loading options failed");
    else this.list(field, answer.choices.map((choice) => ({ value: choice.value, label: choice.name })), answer.choices.length ? note : "No options match your search");
  }

  /** What the other fields hold. */
  given(field) {
    const others = this.fields.filter((each) => each !== field && !each.empty && !each.wrong);
    return Object.fromEntries(others.map((each) => [each.option.name, each.value]));
  }

  pick(field, suggestion) {
    field.pick(suggestion);
    field.list.hide();
    const next = this.fields.find((each) => each.empty && each.option.required);
    if (next) next.input.focus();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const field = this.fieldOf(event.target);
    if (event.key === "Enter" && field && this.isSettled(field)) this.current?.hide();
    if (this.current?.key(event)) return;
    if (event.key === "Escape") this.ways.leave();
    else if (event.key === "Enter" && !event.isComposing) this.submit();
    else if (event.target === this.more && this.left.length && isLetter(event)) {
      this.add(this.left[0]).input.focus(); // where the letter then goes
      return;
    }
    else if (event.key === "Backspace" && (!field || field.empty)) this.drop(field);
    else return;
    event.preventDefault();
  }

  /** Whether Enter means to run, as there is nothing left to choose. */
  isSettled(field) {
    const active = this.current?.items[this.current.at];
    return field.picked !== null || (field.asksBot && active && active.key === field.text);
  }

  /** An empty field goes, and without any the command. */
  drop(field) {
    if (!field || field.option.required) {
      this.ways.leave();
      return;
    }
    field.list.hide();
    field.node.remove();
    this.fields = this.fields.filter((each) => each !== field);
    this.tellMore();
    this.focus();
  }

  async submit() {
    const wrong = this.fields.find((field) => field.wrong);
    if (wrong) {
      complainThat(`${wrong.wrong}.`);
      wrong.input.focus();
      return;
    }
    this.current?.hide();
    const filled = this.fields.filter((field) => !field.empty);
    if (await this.ways.run(Object.fromEntries(filled.map((field) => [field.option.name, field.value])))) this.ways.leave();
  }
}

/** @param {KeyboardEvent} event */
function isLetter(event) {
  return [...event.key].length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
}
