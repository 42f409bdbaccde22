/** Who reads along, at the right. */

import { h, show } from "./dom.js";
import { avatar, tag } from "./people.js";
import { audienceOf, channelOf, guildOf, state } from "./state.js";

export function drawMembers() {
  const place = document.getElementById("members");
  if (!state.overview || !channelOf(state.place)) return;
  const all = audienceOf(state.place);
  const guild = guildOf(state.place);
  show(place, group("Apps", all.filter((each) => each.bot), guild), group("People", all.filter((each) => !each.bot), guild));
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
