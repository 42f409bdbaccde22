/**
 * The commands that the bot has registered, as the picker lists them: one entry for each subcommand.
 * @typedef {{ type: number, name: string, description?: string, required?: boolean, autocomplete?: boolean,
 *   choices?: { name: string, value: string | number }[], channel_types?: number[], options?: Option[],
 *   min_value?: number, max_value?: number, min_length?: number, max_length?: number }} Option
 * @typedef {{ path: string, description: string, options: Option[] }} Command
 */

import * as actions from "./actions.js";
import { h } from "./dom.js";

export const OptionType = { SUBCOMMAND: 1, GROUP: 2, STRING: 3, INTEGER: 4, BOOLEAN: 5, USER: 6, CHANNEL: 7, ROLE: 8,
  MENTIONABLE: 9, NUMBER: 10, ATTACHMENT: 11 };
export const CommandType = { SLASH: 1, USER: 2, MESSAGE: 3 };

/** @param {string} channel @param {number} type @returns {Promise<object[]>} what the bot registered and Discord would offer */
export async function commandsFor(channel, type) {
  const all = await actions.commands(channel);
  return all.filter((command) => (command.type ?? CommandType.SLASH) === type);
}

/** @param {string} channel @returns {Promise<Command[]>} */
export async function slashCommands(channel) {
  return (await commandsFor(channel, CommandType.SLASH)).flatMap((command) => [...leaves(command, command.name)]);
}

function* leaves(node, path) {
  const inner = (node.options ?? []).filter((option) => option.type === OptionType.SUBCOMMAND || option.type === OptionType.GROUP);
  if (!inner.length) yield { path, description: node.description ?? "", options: node.options ?? [] };
  for (const child of inner) yield* leaves(child, `${path} ${child.name}`);
}

/**
 * Those that fit what was typed after the slash, the better ones first.
 * @param {Command[]} commands @param {string} typed @param {(command: Command) => void} pick
 * @returns {import("./listbox.js").Item[]}
 */
export function commandItems(commands, typed, pick) {
  const wanted = typed.trim().toLowerCase();
  const starting = commands.filter((command) => command.path.startsWith(wanted));
  const containing = commands.filter((command) => !command.path.startsWith(wanted) && command.path.includes(wanted));
  return [...starting, ...containing].map((command) => ({
    key: command.path,
    pick: () => pick(command),
    draw: () => h("span.words", {},
      h("span.label", {}, `/${command.path}`, command.options.map((option) => [" ", h("span.option", { class: option.required ? "" : "optional" }, option.name)])), " ",
      h("span.about", {}, command.description)),
  }));
}
