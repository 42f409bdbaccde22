/** Moments as people read them, in the time zone of the browser. */

/** For what the server writes of moments. */
export const zone = { zone: Intl.DateTimeFormat().resolvedOptions().timeZone };

const DAY = 86_400_000;
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const date = new Intl.DateTimeFormat(undefined, { dateStyle: "short" });
const long = new Intl.DateTimeFormat(undefined, { dateStyle: "long" });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });

/** @param {number} at milliseconds */
export function hour(at) {
  return clock.format(at);
}

/** As over a message: "Today at 14:05". @param {number} at */
export function moment(at) {
  if (dayOf(at) === dayOf(Date.now())) return `Today at ${clock.format(at)}`;
  if (dayOf(at) === dayOf(Date.now() - DAY)) return `Yesterday at ${clock.format(at)}`;
  return `${date.format(at)} ${clock.format(at)}`;
}

/** Everything about a moment, for a tooltip. @param {number} at */
export function full(at) {
  return whole.format(at);
}

/** @param {number} at */
export function day(at) {
  return long.format(at);
}

/** The same for all moments of one day. @param {number} at */
export function dayOf(at) {
  return new Date(at).toDateString();
}
