// SPDX-License-Identifier: EUPL-1.2
// Every command of the table as a form: its fields, with the show's own names where it wants one.
import { make } from "./element.js";
import { text } from "./text.js";

const find = (id) => document.getElementById(id);

// What a field of this kind may hold, by the last state of the show.
const names = {
	SOURCE: ({ sources }) => sources.map(({ name }) => name),
	BOX: ({ sources }) => ["speakers", ...sources.map(({ name }) => name)],
	SCENE: ({ scenes }) => scenes.map(({ name }) => name),
	SPEAKER: ({ speakers }) => speakers.map(({ name }) => name),
};

function input(field, status) {
	if (field.type === "boolean") return make("input", { type: "checkbox", name: field.name });
	if (field.enum) return make("select", { name: field.name, required: field.is_needed }, make("option", { value: "" }, "–"), ...field.enum.filter((word) => typeof word === "string").map((word) => make("option", {}, word)));
	const known = names[field["x-type"]]?.(status) ?? [];
	const list = make("datalist", { id: `names-${field.name}` }, ...known.map((name) => make("option", { value: name })));
	return make("span", {}, make("input", { name: field.name, required: field.is_needed, list: list.id, autocomplete: "off" }), list);
}

export class Form {
	#table;
	#status;
	#run;

	// `status()`: the show's last state.
	constructor(table, status, run) {
		this.#table = table;
		this.#status = status;
		this.#run = run;
		const options = [...table.keys()].map((path) => make("option", { value: path }, path.replace("/", " ")));
		find("command").append(...options);
		find("command").addEventListener("change", () => this.#choose());
		find("any").addEventListener("submit", (event) => {
			event.preventDefault();
			this.#send();
		});
		this.#choose();
	}

	#row() {
		return this.#table.get(find("command").value);
	}

	#choose() {
		const { summary, fields } = this.#row();
		find("summary").textContent = summary;
		find("fields").replaceChildren(
			...fields.map((field) =>
				make("label", { title: field.description }, make("span", {}, field.name.replace(/_/g, " ") + (field.is_needed ? "" : ` (${text("crew_optional")})`)),
					input(field, this.#status()), make("small", {}, field.description ?? ""))),
		);
	}

	async #send() {
		const values = {};
		for (const field of this.#row().fields) {
			const element = find("any").elements[field.name];
			if (field.type === "boolean") values[field.name] = element.checked;
			else if (element.value !== "") values[field.name] = element.value;
		}
		const answer = await this.#run(find("command").value, values);
		find("answer").textContent = answer ? JSON.stringify(answer, null, "  ") : "";
	}
}
