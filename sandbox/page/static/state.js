/**
 * What the page knows, and who wants to hear when it changes.
 *
 * @typedef {{ id: string, name: string, username: string, bot: boolean, color: string | null }} Author
 * @typedef {Author & { roles: string[] }} Member
 * @typedef {{ id: string, name: string, color: string | null, hoist: boolean }} Role
 * @typedef {{ id: string, kind: number, name: string, topic: string, parent: string | null, last: string | null,
 *   slowmode: number, rights: string[], strangers: string[], with?: Author[], tags?: string[], archived?: boolean,
 *   locked?: boolean, joined?: boolean, count?: number, owner?: Author, line?: string }} Channel `strangers` are the
 *   members of the server who do not see it; from `archived` on it is said of threads, and `line` of posts only
 * @typedef {{ id: string, name: string, owner: string, system: string | null, roles: Role[], members: Member[], channels: Channel[] }} Guild
 * @typedef {{ me: { id: string, name: string, administrator: boolean },
 *   bot: { id: string, name: string, online: boolean },
 *   people: { id: string, name: string, administrator: boolean }[], guilds: Guild[], directs: Channel[] }} Overview
 * @typedef {"overview" | "place" | "bot" | "link" | "unread"} Topic
 */

export const Kind = { TEXT: 0, DIRECT: 1, VOICE: 2, CATEGORY: 4, NEWS: 5, NEWS_THREAD: 10, THREAD: 11, PRIVATE_THREAD: 12,
  STAGE: 13, FORUM: 15, MEDIA: 16 };
const THREADS = new Set([Kind.NEWS_THREAD, Kind.THREAD, Kind.PRIVATE_THREAD]);

/** @type {{ person: string, overview: Overview | null, place: string | null, linked: boolean }} */
export const state = { person: "", overview: null, place: null, linked: false };

/** @type {Map<Topic, (() => void)[]>} */
const listeners = new Map();

/** @param {Topic} topic @param {() => void} listener */
export function on(topic, listener) {
  listeners.set(topic, [...(listeners.get(topic) ?? []), listener]);
}

/** @param {Topic} topic */
export function tell(topic) {
  for (const listener of listeners.get(topic) ?? []) listener();
}

/** @returns {Channel | undefined} a channel, thread or direct message that this person sees */
export function channelOf(id) {
  return guildOf(id)?.channels.find((channel) => channel.id === id)
    ?? state.overview?.directs.find((channel) => channel.id === id);
}

/** @returns {Guild | undefined} the server that a channel is in; none for a direct message */
export function guildOf(channelId) {
  return state.overview?.guilds.find((guild) => guild.channels.some((channel) => channel.id === channelId));
}

/** @returns {Member[] | Author[]} everybody who can be named in a channel */
export function audienceOf(channelId) {
  const guild = guildOf(channelId);
  if (guild) return guild.members;
  const { me } = state.overview;
  const others = channelOf(channelId)?.with ?? [];
  return [{ id: me.id, name: me.name, username: me.name, bot: false, color: null }, ...others];
}

/** @returns {Member[] | Author[]} who reads along in a channel */
export function readersOf(channelId) {
  const strangers = new Set(channelOf(channelId)?.strangers);
  return audienceOf(channelId).filter((each) => !strangers.has(each.id));
}

/** @param {Channel} channel */
export function isThread(channel) {
  return THREADS.has(channel.kind);
}

/** @param {Channel} channel */
export function isForum(channel) {
  return channel.kind === Kind.FORUM || channel.kind === Kind.MEDIA;
}

/** Why this person cannot write there, or an empty text. @param {Channel} channel */
export function whyMute(channel) {
  if (channel.locked && !may(channel, "moderate")) return "This thread is locked";
  if (!may(channel, "send")) return `You may not write in ${written(channel)}`;
  return "";
}

/** @param {Channel} channel @returns {Channel[]} those that this person sees, archived ones included */
export function threadsOf(channel) {
  return guildOf(channel.id)?.channels.filter((each) => isThread(each) && each.parent === channel.id) ?? [];
}

/** @param {Channel | undefined} channel @param {string} right */
export function may(channel, right) {
  return Boolean(channel?.rights.includes(right));
}

/** A channel as it is written: with `#`, or `@` for a direct message. @param {Channel} channel */
export function written(channel) {
  if (channel.kind === Kind.DIRECT) return `@${channel.name}`;
  return isThread(channel) ? channel.name : `#${channel.name}`;
}

/** The older of two ids is the smaller number, too large for JavaScript's numbers. */
export function byAge(one, other) {
  if (one.length !== other.length) return one.length - other.length;
  return one < other ? -1 : Number(one > other);
}
