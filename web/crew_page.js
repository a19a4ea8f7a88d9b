// SPDX-License-Identifier: EUPL-1.2
// Puts the desk below the picture as soon as the token is known, and says how each command ended.
import { CrewApi } from "./crew_api.js";
import { Desk } from "./crew_desk.js";
import { Form } from "./crew_form.js";
import { onKeys } from "./screen.js";
import { text } from "./text.js";

const find = (id) => document.getElementById(id);
let api = null;
let desk = null;
let isLost = false; // and that is what the desk says

function say(words, is_bad = false) {
	find("said").textContent = words;
	find("said").toggleAttribute("data-bad", is_bad);
}

// One command; its answer, or null if it was refused.
async function run(path, values) {
	try {
		const answer = await api.call(path, values);
		say(answer.done ?? `${path.replace("/", " ")}: ✓`);
		api.look();
		return answer;
	} catch (error) {
		say(error.status ? error.message : text("crew_lost"), true);
		return null;
	}
}

async function open(token) {
	const mine = new CrewApi(token);
	api?.stop();
	api = mine;
	try {
		const table = await mine.table();
		if (api !== mine) return;
		mine.addEventListener("status", () => {
			desk ??= new Desk(table, run);
			if (!find("command").options.length) new Form(table, () => api.status, run);
			desk.show(mine.status);
			find("desk").hidden = false;
			if (isLost) say("");
			isLost = false;
		});
		mine.addEventListener("lost", () => {
			isLost = true;
			say(text("crew_lost"), true);
		});
		mine.look();
	} catch {
		if (api === mine) setTimeout(() => api === mine && open(token), 2000);
	}
}

function close() {
	api?.stop();
	api = null;
	find("desk").hidden = true;
}

document.addEventListener("enter", ({ detail }) => open(detail.token));
document.addEventListener("leave", close);
const numbers = Object.fromEntries(Array.from("123456789", (digit) => [digit, () => desk?.previewNumber(Number(digit))]));
onKeys({ t: () => desk?.take(), ...numbers });
