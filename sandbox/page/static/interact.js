/**
 * What people do with the bot: commands, buttons, selects and modals, from the click to the answer or its absence.
 * @typedef {import("./message.js").Message} Message
 * @typedef {import("./answers.js").Answer} Answer
 */

import * as actions from "./actions.js";
import { answerTo } from "./answers.js";
import { remember } from "./choices.js";
import { openModal } from "./modal.js";
import { complain } from "./complaints.js";
import { state } from "./state.js";

export class Interacting {
  /** @param {import("./timeline.js").Timeline} timeline */
  constructor(timeline) {
    this.timeline = timeline;
  }

  /** @param {Message} message @param {HTMLElement} button */
  async press(message, button) {
    await this.use(message, button, () => actions.press(message.id, button.dataset.custom));
  }

  /** @param {Message} message @param {HTMLElement} select @param {string[]} values */
  async pick(message, select, values) {
    const customId = select.dataset.custom;
    remember(message.id, customId, values);
    this.timeline.replace(message);
    await this.use(message, select, () => actions.pick(message.id, customId, values));
  }

  /** A component is busy until it was answered; where it was not, the message says so. */
  async use(message, node, start) {
    node.setAttribute("data-busy", "");
    try {
      const answer = await answerTo(await start());
      if (answer.failed) this.fail(message.id, answer.failed);
      else await this.follow(answer, message.channel);
    } catch (error) {
      complain(error);
    } finally {
      node.removeAttribute("data-busy");
    }
  }

  fail(id, sentence) {
    const message = this.timeline.find(id);
    if (message) this.timeline.replace({ ...message, failed: sentence });
  }

  /** @param {Answer} answer */
  async follow(answer, channel) {
    if (answer.modal) await openModal(answer.modal, channel, answer.interaction);
  }

  /**
   * A command with its answer; until that comes, a line says that it was sent.
   * @param {{ channel: string, command: string, slash: boolean }} what
   * @param {() => Promise<string>} start @returns {Promise<boolean>} whether the sandbox took it
   */
  async run(what, start) {
    let interaction;
    try {
      interaction = await start();
    } catch (error) {
      complain(error);
      return false;
    }
    this.timeline.add(this.waiting(interaction, what));
    answerTo(interaction).then((answer) => {
      if (answer.failed) {
        const message = this.timeline.find(interaction);
        if (message) this.timeline.replace({ ...message, loading: false, failed: answer.failed });
        return;
      }
      this.timeline.remove(interaction);
      this.follow(answer, what.channel);
    });
    return true;
  }

  /** What Discord's client itself says of a command that was sent. @returns {Message} */
  waiting(interaction, { channel, command, slash }) {
    const { bot, me } = state.overview;
    return {
      id: interaction,
      channel,
      kind: "slash_command",
      author: { id: bot.id, name: bot.name, username: bot.name, bot: true, color: null },
      at: Date.now(),
      edited: null,
      content: "",
      html: "",
      line: "",
      mine: false,
      pings: false,
      private: true,
      loading: true,
      pinned: false,
      embeds: [],
      attachments: [],
      components: [],
      reactions: [],
      reply: null,
      thread: null,
      poll: null,
      outcome: null,
      about: null,
      brought: [],
      forward: null,
      used: { by: { id: me.id, name: me.name, username: me.name, bot: false, color: null }, command, slash },
      local: true,
    };
  }
}
