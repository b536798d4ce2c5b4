// The emoji that apps use most, by Slack's short names; others stay as they are written.

const list = `
+1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 ok_hand 👌 wave 👋 clap 👏 pray 🙏 raised_hands 🙌 point_right 👉 point_left 👈 point_up ☝️
point_down 👇 muscle 💪 eyes 👀 smile 😄 smiley 😃 grinning 😀 grin 😁 joy 😂 wink 😉 blush 😊 heart_eyes 😍 sunglasses 😎
thinking_face 🤔 neutral_face 😐 confused 😕 cry 😢 sob 😭 angry 😠 scream 😱 sleeping 😴 tada 🎉 confetti_ball 🎊 heart ❤️ fire 🔥
rocket 🚀 star ⭐ sparkles ✨ zap ⚡ bulb 💡 bell 🔔 no_bell 🔕 mega 📣 loudspeaker 📢 speech_balloon 💬 thought_balloon 💭
white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎ heavy_multiplication_x ✖️
warning ⚠️ no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑 exclamation ❗ heavy_exclamation_mark ❗ question ❓ grey_question ❔
information_source ℹ️ rotating_light 🚨 construction 🚧 lock 🔒 unlock 🔓 lock_with_ink_pen 🔏 closed_lock_with_key 🔐 key 🔑
old_key 🗝️ shield 🛡️ hourglass ⌛ hourglass_flowing_sand ⏳ clock1 🕐 alarm_clock ⏰ stopwatch ⏱️ timer_clock ⏲️ calendar 📆 date 📅
email 📧 e-mail 📧 envelope ✉️ incoming_envelope 📨 inbox_tray 📥 outbox_tray 📤 mailbox 📫 iphone 📱 computer 💻 desktop_computer 🖥️
keyboard ⌨️ printer 🖨️ satellite 🛰️ battery 🔋 electric_plug 🔌 gear ⚙️ wrench 🔧 hammer 🔨 hammer_and_wrench 🛠️ link 🔗
paperclip 📎 pushpin 📌 round_pushpin 📍 clipboard 📋 memo 📝 pencil2 ✏️ page_facing_up 📄 scroll 📜 book 📖 books 📚 bookmark 🔖
file_folder 📁 open_file_folder 📂 wastebasket 🗑️ package 📦 gift 🎁 label 🏷️ mag 🔍 mag_right 🔎 chart_with_upwards_trend 📈
bar_chart 📊 globe_with_meridians 🌐 earth_africa 🌍 house 🏠 office 🏢 robot_face 🤖 ghost 👻 bust_in_silhouette 👤
busts_in_silhouette 👥 detective 🕵️ thread 🧵 recycle ♻️ arrows_counterclockwise 🔄 repeat 🔁 arrow_right ➡️ arrow_left ⬅️
arrow_up ⬆️ arrow_down ⬇️ heavy_plus_sign ➕ heavy_minus_sign ➖ red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡
large_green_circle 🟢 large_blue_circle 🔵 white_circle ⚪ black_circle ⚫ small_blue_diamond 🔹 one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣
five 5️⃣ coffee ☕ beers 🍻 cake 🍰 palm_tree 🌴 sunny ☀️ cloud ☁️ snowflake ❄️ umbrella ☔ handshake 🤝 bug 🐛
`.trim().split(/\s+/);

/** emoji is the characters by short name. */
export const emoji = Object.fromEntries(list.flatMap((name, i) => (i % 2 ? [] : [[name, list[i + 1]]])));
