/** Emoji that people reach for, with the names by which they are completed. */

const TABLE = `
👍 thumbsup +1|👎 thumbsdown -1|❤️ heart|😂 joy|😄 smile|😃 smiley|😉 wink|😊 blush|😍 heart_eyes|😘 kissing_heart
🤔 thinking|🙄 rolling_eyes|😅 sweat_smile|😭 sob|😢 cry|😮 open_mouth|😱 scream|😡 rage|😴 sleeping|😎 sunglasses
🤖 robot|👻 ghost|💀 skull|🤷 shrug|🤦 facepalm|🙏 pray|👏 clap|🙌 raised_hands|💪 muscle|👀 eyes
👋 wave|✌️ v|👌 ok_hand|🤝 handshake|✍️ writing_hand|🔥 fire|✨ sparkles|⭐ star|🌟 star2|💡 bulb
🎉 tada|🎂 birthday|🎁 gift|🏆 trophy|🥇 first_place|⚡ zap|💯 100|✅ white_check_mark|☑️ ballot_box_with_check|❌ x
❓ question|❗ exclamation|⚠️ warning|🚧 construction|🚀 rocket|🐛 bug|🔧 wrench|🔨 hammer|⚙️ gear|🧪 test_tube
📌 pushpin|📎 paperclip|📝 memo|📖 book|📦 package|🔒 lock|🔑 key|🔍 mag|💬 speech_balloon|🧵 thread
🕐 clock1|⏰ alarm_clock|⏳ hourglass_flowing_sand|☕ coffee|🍕 pizza|🍎 apple|🍺 beer|🌍 earth_africa|☀️ sunny|🌧️ cloud_rain
🐱 cat|🐶 dog|🦊 fox|🐢 turtle|🐍 snake|🦀 crab|🐧 penguin|🦉 owl|1️⃣ one|2️⃣ two|3️⃣ three|4️⃣ four|5️⃣ five
🔴 red_circle|🟢 green_circle|🔵 blue_circle|⬆️ arrow_up|⬇️ arrow_down|⬅️ arrow_left|➡️ arrow_right|🔁 repeat|⏹️ stop_button|▶️ arrow_forward`;

/** @type {{ emoji: string, names: string[] }[]} */
export const EMOJI = TABLE.trim().split(/[\n|]/u).map((entry) => {
  const [emoji, ...names] = entry.split(" ");
  return { emoji, names };
});

/** @param {string} typed the beginning of a name, or a part of it */
export function emojiLike(typed) {
  const wanted = typed.toLowerCase();
  const fits = (test) => EMOJI.filter(({ names }) => names.some(test));
  return [...new Set([...fits((name) => name.startsWith(wanted)), ...fits((name) => name.includes(wanted))])];
}
