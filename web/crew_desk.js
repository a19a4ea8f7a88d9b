// SPDX-License-Identifier: EUPL-1.2
// The desk below the picture: what is done live, each a command of the table. `run(path, values)` does one and says how it ended.
import { keep, make, write } from "./element.js";
import { text } from "./text.js";

const find = (id) => document.getElementById(id);
const onOff = (is_on) => (is_on ? "on" : "off");

// A button that is pressed in while something holds.
function toggle(label, flip) {
	return make("button", { class: "key", type: "button", "aria-pressed": "false", onclick: flip }, label);
}
const press = (button, is_pressed) => button.setAttribute("aria-pressed", `${Boolean(is_pressed)}`);

export class Desk {
	#run;
	#table;

	constructor(table, run) {
		this.#run = run;
		this.#table = table;
		for (const part of document.querySelectorAll("[data-command]")) part.hidden = !table.has(part.dataset.command);
		this.#fillTransitions();
		this.#listen();
	}

	#has(path) {
		return this.#table.has(path);
	}

	#fillTransitions() {
		const kinds = this.#table.get("take")?.fields.find(({ name }) => name === "with")?.enum ?? ["cut", "mix"];
		find("transition").append(...kinds.map((kind) => make("option", { selected: kind === "mix" }, kind)));
	}

	#listen() {
		const act = (id, path, values) => find(id)?.addEventListener("click", () => this.#run(path, values?.() ?? {}));
		find("take").addEventListener("click", () => this.take());
		act("black", "fade-to-black");
		act("slate", "slate", () => ({ state: onOff(find("slate").getAttribute("aria-pressed") !== "true") }));
		act("undo", "undo");
		act("cue-next", "next");
		act("cue-back", "back");
		act("title-hide", "title/hide");
		find("title").addEventListener("submit", (event) => {
			event.preventDefault();
			const role = find("title-role").value.trim();
			this.#run("title/show", { name: find("title-name").value, ...(role && { role }) });
		});
		find("invite").addEventListener("submit", async (event) => {
			event.preventDefault();
			const answer = await this.#run("invite", { speaker: find("invite-name").value });
			if (!answer) return;
			find("invite-link").value = answer.link ?? "";
			find("invite-link").hidden = false;
			find("invite-link").select();
		});
	}

	take() {
		const kind = find("transition").value;
		const seconds = Number(find("over").value);
		return this.#run("take", { with: kind, ...(kind !== "cut" && seconds >= 0 && { over: Math.round(seconds * 1000) }) });
	}

	previewNumber(number) {
		const scene = this.#scenes[number - 1];
		if (scene) this.#run("preview", { scene: scene.name });
	}

	#scenes = [];

	show(status) {
		this.#scenes = status.scenes ?? [];
		write(find("on-program"), status.program || "–");
		write(find("on-preview"), status.preview || "–");
		press(find("slate"), status.slate);
		press(find("black"), status.black);
		this.#showScenes();
		this.#showSources(status.sources ?? []);
		this.#showSpeakers(status.speakers ?? []);
		this.#showCues(status.cues ?? [], status.cue);
	}

	#showScenes() {
		const create = ({ name }) =>
			make("li", {},
				make("button", { class: "scene", type: "button", onclick: () => this.#run("preview", { scene: name }) }, make("b", {}, name), make("small")),
				make("button", { class: "key cut", type: "button", "aria-label": `${text("crew_cut")}: ${name}`, onclick: () => this.#run("cut", { scene: name }) }, text("crew_cut")));
		keep(find("scenes"), this.#scenes, ({ name }) => name, create, (item, scene) => {
			item.dataset.tally = scene.tally;
			write(item.querySelector("small"), scene.boxes.map(({ source }) => source).join(", ") || text("crew_empty"));
		});
	}

	#showSources(sources) {
		const create = ({ name, kind }) => {
			const mute = toggle(text("crew_mute"), () => this.#run("mute", { source: name, state: onOff(mute.getAttribute("aria-pressed") !== "true") }));
			const pin = toggle(text("crew_pin"), () => this.#run("pin", { source: name, state: onOff(pin.getAttribute("aria-pressed") !== "true") }));
			pin.hidden = kind === "speaker" || !this.#has("pin"); // a speaker is always heard
			return Object.assign(make("li", {}, make("b", {}, name), make("small"), mute, pin), { mute, pin });
		};
		keep(find("sources"), sources, ({ name }) => name, create, (item, source) => {
			item.dataset.tally = source.tally;
			item.dataset.state = source.state;
			write(item.querySelector("small"), [source.state, source.width ? `${source.width}×${source.height}` : "", source.detail].filter(Boolean).join(" · "));
			press(item.mute, source.muted);
			press(item.pin, source.pinned);
		});
	}

	#showSpeakers(speakers) {
		const create = ({ name }) => {
			const admit = toggle(text("crew_admit"), () =>
				this.#run(admit.getAttribute("aria-pressed") === "true" ? "speaker/dismiss" : "speaker/admit", { speaker: name }));
			return Object.assign(make("li", {}, make("b", {}, name), make("small"), admit), { admit });
		};
		keep(find("speakers"), speakers, ({ name }) => name, create, (item, speaker) => {
			item.dataset.tally = speaker.tally;
			write(item.querySelector("small"), text(speaker.connected ? "crew_there" : "crew_away"));
			press(item.admit, speaker.admitted);
		});
	}

	#showCues(cues, current) {
		const create = ({ cue }) =>
			make("li", {}, make("button", { class: "scene", type: "button", onclick: () => this.#run("cue/go", { cue }) }, make("b"), make("small")));
		keep(find("cues"), cues, ({ cue }) => cue, create, (item, { cue, title, commands }) => {
			item.dataset.tally = cue === current ? "program" : "off";
			write(item.querySelector("b"), `${cue} ${title}`);
			write(item.querySelector("small"), commands);
		});
	}
}
