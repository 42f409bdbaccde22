/** Going from channel to channel; where one is stands in the address, so that a reload and the back button know it. */

import { complain } from "./complaints.js";
import { drawMembers } from "./members.js";
import { drawSides } from "./sidebar.js";
import { channelOf, Kind, on, state, tell } from "./state.js";
import { drawTop } from "./top.js";
import { drawTyping } from "./typing.js";
import { markRead, readUpTo } from "./unread.js";

/**
 * @param {import("./timeline.js").Timeline} timeline @param {import("./composer.js").Composer} composer
 * @returns {(channel?: string | null) => void} goes to a channel; without one, to where the address says, or to the first
 */
export function places(timeline, composer) {
  const go = (wanted) => {
    const channel = channelOf(wanted ?? addressed()) ?? firstChannel();
    document.body.classList.remove("side-open");
    if (!channel || channel.id === state.place) {
      composer.focus();
      return;
    }
    const before = state.place;
    state.place = channel.id;
    note(before === null);
    show(timeline, composer, before);
  };
  addEventListener("popstate", () => go());
  for (const topic of ["overview", "unread", "bot", "link"]) on(topic, drawAround);
  return go;
}

function addressed() {
  return new URLSearchParams(location.search).get("in");
}

function firstChannel() {
  const { guilds, directs } = state.overview;
  return guilds.flatMap((guild) => guild.channels).find((channel) => channel.kind === Kind.TEXT) ?? directs[0];
}

/** @param {boolean} first whether nothing was shown before, to which one could go back */
function note(first) {
  if (addressed() === state.place) return;
  const query = new URLSearchParams({ as: state.person, in: state.place });
  history[first ? "replaceState" : "pushState"](null, "", `?${query}`);
}

async function show(timeline, composer, before) {
  const fresh = readUpTo(state.place);
  composer.open(before);
  drawAround();
  drawTyping();
  tell("place");
  composer.focus();
  try {
    await timeline.open(state.place, fresh);
  } catch (error) {
    complain(error);
  }
  markRead(channelOf(state.place));
}

export function drawAround() {
  if (!state.overview) return;
  drawSides();
  drawTop();
  drawMembers();
}
