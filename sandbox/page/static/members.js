/** Who reads along, at the right. */

import { h, show } from "./dom.js";
import { avatar, tag } from "./people.js";
import { channelOf, guildOf, readersOf, state } from "./state.js";

export function drawMembers() {
  const place = document.getElementById("members");
  if (!state.overview || !channelOf(state.place)) return;
  const all = readersOf(state.place);
  const guild = guildOf(state.place);
  const people = all.filter((each) => !each.bot);
  const hoisted = new Map((guild?.roles ?? []).filter((role) => role.hoist).map((role) => [role.name, people.filter((each) => highest(each, guild)?.id === role.id)]));
  const listed = [...hoisted.values()].flat();
  show(place, group("Apps", all.filter((each) => each.bot), guild), [...hoisted].map(([name, some]) => group(name, some, guild)),
    group("People", people.filter((each) => !listed.includes(each)), guild));
}

/** The role by which somebody is listed; roles come with the highest first. */
function highest(person, guild) {
  return guild.roles.find((role) => role.hoist && person.roles.includes(role.id));
}

function group(name, people, guild) {
  if (!people.length) return null;
  return h("section", { "data-key": name }, h("h2", {}, `${name} — ${people.length}`),
    h("ul", {}, people.map((person) => h("li", { "data-key": person.id }, drawPerson(person, guild)))));
}

function drawPerson(person, guild) {
  const { bot } = state.overview;
  const here = !person.bot || (person.id === bot.id && bot.online);
  return h("button.member", { type: "button", "data-act": "person", "data-user": person.id, class: here ? "" : "away" },
    h("span.presence", { class: here ? "online" : "" }, avatar(person, "small")),
    h("span.words", {},
      h("span.label", { vars: { "--role": person.color } }, person.name, " ", tag(person)),
      h("span.about", {}, person.bot ? (here ? "Online" : "Offline") : person.id === guild?.owner ? "Owner" : "")));
}
