/**
 * What a person does, one function each. All raise Refusal with the sandbox's sentence.
 * @typedef {import("./answers.js").Answer} Answer
 */

import { answerTo } from "./answers.js";
import { ask } from "./api.js";
import { state } from "./state.js";
import { zone } from "./time.js";

const at = (path) => `/sandbox/people/${encodeURIComponent(state.person)}${path}`;
const seen = (path, query = {}) => `/page/as/${encodeURIComponent(state.person)}${path}?${new URLSearchParams({ ...zone, ...query })}`;

export const overview = () => ask("GET", seen(""));

/** @param {string} channel @param {Record<string, string>} [where] before, after or around an id */
export const history = (channel, where = {}) =>
  ask("GET", seen(`/channels/${channel}/messages`, where));

export const pins = (channel) => ask("GET", seen(`/channels/${channel}/pins`));

/** @param {{ channel: string, content: string, replyTo?: string | null, ping?: boolean, files?: File[] }} draft */
export function say({ channel, content, replyTo = null, ping = true, files = [] }) {
  const body = { channel, content, reply_to: replyTo, ping };
  return ask("POST", at("/messages"), files.length ? form(body, files) : body);
}

function form(body, files) {
  const data = new FormData();
  data.append("payload_json", JSON.stringify(body));
  files.forEach((file, index) => data.append(`files[${index}]`, file, file.name));
  return data;
}

export const edit = (message, content) => ask("PATCH", at(`/messages/${message}`), { content });
export const remove = (message) => ask("DELETE", at(`/messages/${message}`));
export const type = (channel) => ask("POST", at("/typing"), { channel });
export const react = (message, emoji) => ask("POST", at("/reactions"), { message, emoji });
export const unreact = (message, emoji) => ask("DELETE", at("/reactions"), { message, emoji });
export const pin = (message) => ask("POST", at("/pins"), { message });
export const unpin = (message) => ask("DELETE", at("/pins"), { message });

/** @returns {Promise<{ id: string }>} the new thread */
export const startThread = (message, name) => ask("POST", at("/threads"), { message, name });

/** A post in a forum. @param {string} channel @param {string[]} tags by name @returns {Promise<{ id: string }>} the new thread */
export const startPost = (channel, name, content, tags) => ask("POST", at("/threads"), { channel, name, content, tags });

/** @param {string} thread @param {{ archived?: boolean, locked?: boolean, name?: string }} changes */
export const changeThread = (thread, changes) => ask("PATCH", at(`/threads/${thread}`), changes);

/** @param {string} message @param {number[]} answers the whole vote; none takes it back */
export const vote = (message, answers) => ask("POST", at("/votes"), { message, answers });

export const forward = (message, channel) => ask("POST", at("/forwards"), { message, channel });

/** The commands that are offered in a channel, of all kinds. @returns {Promise<object[]>} */
export const commands = (channel) => ask("GET", at(`/commands?channel=${channel}`));

/** Values as they are sent: files with their content in base64. @param {Record<string, any>} values */
async function carried(values) {
  const entries = Object.entries(values).map(async ([name, value]) => [name, await carry(value)]);
  return Object.fromEntries(await Promise.all(entries));
}

async function carry(value) {
  if (Array.isArray(value)) return Promise.all(value.map(carry));
  if (!(value instanceof File)) return value;
  const bytes = new Uint8Array(await value.arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return { filename: value.name, content: btoa(text), content_type: value.type || null };
}

/** @returns {Promise<string>} the interaction's id */
async function start(path, body) {
  return (await ask("POST", at(path), body)).interaction;
}

export const run = async (channel, command, options) => start("/commands", { channel, command, options: await carried(options) });
export const runOnMessage = (command, message) => start("/commands/on", { command, message });
export const runOnUser = (channel, command, user) => start("/commands/on", { channel, command, user });
export const press = (message, button) => start("/press", { message, button });
export const pick = (message, customId, values) => start("/pick", { message, custom_id: customId, values });
export const submit = async (interaction, values) => start("/submit", { interaction, values: await carried(values) });

/** What the bot offers for a half-typed option. @returns {Promise<Answer>} */
export async function complete(channel, command, options, focused) {
  return answerTo(await start("/commands", { channel, command, options: await carried(options), focused }));
}
